-- Other clearances of a traveller, on this trip and others, the latest stays first. $1 person, $2
-- the clearance that is looked at.
SELECT
    c.clearance_id,
    c.trip_id,
    c.area_id,
    c.state,
    c.arrive,
    c.depart,
    c.moved_at,
    c.moved_by,
    t.reference,
    t.organization_id,
    t.personal
FROM trip_traveller AS v
INNER JOIN trip AS t ON t.trip_id = v.trip_id
INNER JOIN clearance AS c ON c.trip_id = v.trip_id AND c.person_id = v.person_id
WHERE v.person_id = $1 AND c.clearance_id <> $2 AND c.state <> 'superseded'
ORDER BY c.arrive_at DESC, c.clearance_id
LIMIT 50
