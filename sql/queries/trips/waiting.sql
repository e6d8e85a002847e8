-- A clearance that waits for a person's decision, with its trip and the evidence of its decision;
-- no row where it waits no longer or the evidence is erased. $1 clearance.
SELECT
    c.trip_id,
    c.person_id,
    c.area_id,
    c.arrive,
    c.arrive_at,
    t.version,
    t.organization_id,
    t.personal,
    e.body
FROM clearance AS c
INNER JOIN trip AS t ON t.trip_id = c.trip_id
INNER JOIN evidence AS e ON e.evidence_id = c.evidence_id
WHERE
    c.clearance_id = $1
    AND c.state = 'pending_review'
    AND c.area_id IS NOT NULL
    AND e.body IS NOT NULL
