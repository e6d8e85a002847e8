-- Live trips of organizations that fly with an operator from today on, by flight; whether they are
-- permitted to. $1 code, $2 every organization, $3 organizations, $4 to $6 after day, trip, flight,
-- $7 how many.
SELECT
    f.organization_id,
    f.trip_id,
    t.reference,
    f.flight,
    f.day,
    f.people,
    EXISTS (
        SELECT
        FROM operator_authorization AS p
        WHERE
            p.organization_id = f.organization_id
            AND p.code = $1
            AND f.day BETWEEN p.valid_from AND p.valid_to
            AND (p.kind = 'blanket' OR p.trip_id = f.trip_id)
    ) AS authorized
FROM trip_flight AS f
INNER JOIN trip AS t USING (trip_id)
WHERE
    f.flight >= $1 || '0'
    AND f.flight < $1 || ':'
    AND f.day >= (sc_now() AT TIME ZONE 'UTC')::date - 1
    AND t.state NOT IN ('cancelled', 'completed')
    AND ($2 OR f.organization_id = ANY($3::text[]))
    AND ($4::date IS NULL OR (f.day, f.trip_id, f.flight) > ($4, $5::uuid, $6::text))
ORDER BY f.day, f.trip_id, f.flight
LIMIT $7
