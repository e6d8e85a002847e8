-- The revision of an organization's advice on an operator, locked until the end, and whether the
-- person is its air focal point at the database's time. $1 organization, $2 code, $3 person.
SELECT
    coalesce(a.revision, 0) AS revision,
    EXISTS (
        SELECT
        FROM appointment AS h
        WHERE
            h.person_id = $3
            AND h.role = 'air_focal_point'
            AND h.organization_id = $1
            AND h.confirmed_at IS NOT NULL
            AND h.revoked_at IS NULL
            AND h.valid_from <= sc_now()
            AND sc_now() < h.valid_to
    ) AS entitled
FROM (SELECT o.organization_id FROM organization AS o WHERE o.organization_id = $1 FOR UPDATE) AS o
LEFT JOIN operator_advice AS a ON a.organization_id = o.organization_id AND a.code = $2
