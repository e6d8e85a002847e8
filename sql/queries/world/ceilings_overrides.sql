-- What was permitted above the ceilings of an area to stays that meet some nights, newest first
-- (R-506). $1 area, $2 first and $3 last night, $4 how many.
SELECT
    o.override_id, o.clearance_id, o.nights, o.policy_version, o.reason, o.capacity, o.person_id,
    o.at
FROM ceiling_override AS o
INNER JOIN clearance AS c ON c.clearance_id = o.clearance_id
WHERE
    o.area_id = $1
    AND c.arrive <= $3
    AND coalesce(c.depart, 'infinity'::date) >= $2
ORDER BY o.at DESC, o.override_id
LIMIT $4
