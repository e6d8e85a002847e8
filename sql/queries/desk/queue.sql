-- A page of queues, most urgent first. $1 areas, $2 headquarters' queue too, $3 states, $4 person,
-- $5 and $6 only after this place, $7 at most. Each queue is read in the order of its index.
SELECT i.clearance_id
FROM (
    SELECT q.urgent_at, q.clearance_id
    FROM unnest($1::text[]) AS a (area_id)
    CROSS JOIN unnest($3::text[]) AS s (state)
    CROSS JOIN LATERAL (
        SELECT c.urgent_at, c.clearance_id
        FROM clearance AS c
        WHERE c.queue_area_id = a.area_id AND c.queue_state = s.state
            AND ($4::uuid IS NULL OR c.person_id = $4)
            AND (c.urgent_at, c.clearance_id) > ($5::double precision, $6::uuid)
        ORDER BY c.urgent_at, c.clearance_id
        LIMIT $7
    ) AS q
    UNION ALL
    SELECT q.urgent_at, q.clearance_id
    FROM unnest($3::text[]) AS s (state)
    CROSS JOIN LATERAL (
        SELECT c.urgent_at, c.clearance_id
        FROM clearance AS c
        WHERE $2 AND c.queue_area_id IS NULL AND c.queue_state = s.state
            AND ($4::uuid IS NULL OR c.person_id = $4)
            AND (c.urgent_at, c.clearance_id) > ($5::double precision, $6::uuid)
        ORDER BY c.urgent_at, c.clearance_id
        LIMIT $7
    ) AS q
) AS i
ORDER BY i.urgent_at, i.clearance_id
LIMIT $7
