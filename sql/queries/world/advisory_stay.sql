-- The stay of a clearance, and what was read for it of its area's advisory last. $1 clearance.
SELECT
    c.clearance_id,
    t.organization_id,
    t.personal,
    c.person_id,
    p.sponsor_person_id,
    c.area_id,
    c.advisory_version AS decided_with,
    r.version AS read_version,
    r.language AS read_language,
    r.read_at,
    r.read_by
FROM clearance AS c
INNER JOIN trip AS t ON t.trip_id = c.trip_id
LEFT JOIN person AS p ON p.person_id = c.person_id
LEFT JOIN LATERAL (
    SELECT l.version, l.language, l.read_at, l.read_by
    FROM advisory_reading AS l
    WHERE l.clearance_id = c.clearance_id
    ORDER BY l.version DESC
    LIMIT 1
) AS r ON true
WHERE c.clearance_id = $1
