-- A permission to use an operator, if the person is the organization's air focal point and the
-- trip is the organization's; a repeated request changes nothing. $1 id, $2 organization, $3
-- code, $4 kind, $5 trip, $6 first day, $7 last day, $8 why, $9 fingerprint, $10 who.
INSERT INTO operator_authorization (
    authorization_id, organization_id, code, kind, trip_id, valid_from, valid_to, reason,
    fingerprint, given_by
)
SELECT $1, $2, $3, $4, $5, coalesce($6, (sc_now() AT TIME ZONE 'UTC')::date), $7, $8, $9, $10
WHERE
    EXISTS (
        SELECT
        FROM appointment AS h
        WHERE
            h.person_id = $10
            AND h.role = 'air_focal_point'
            AND h.organization_id = $2
            AND h.confirmed_at IS NOT NULL
            AND h.revoked_at IS NULL
            AND h.valid_from <= sc_now()
            AND sc_now() < h.valid_to
    )
    AND (
        $5::uuid IS NULL
        OR EXISTS (SELECT FROM trip_flight AS f WHERE f.trip_id = $5 AND f.organization_id = $2)
    )
ON CONFLICT (authorization_id) DO NOTHING
