-- Trips of a day by the reference that its requests carried, with their clearances. $1 how the
-- references begin.
SELECT
    t.trip_id,
    count(c.clearance_id) AS clearances
FROM trip AS t
CROSS JOIN LATERAL json_array_elements(t.external_refs) AS r (ref)
LEFT JOIN clearance AS c ON c.trip_id = t.trip_id AND c.trip_version = t.version
WHERE starts_with(r.ref ->> 'id', $1)
GROUP BY t.trip_id
