-- How many wait in queues, by state, and since when the oldest. $1 areas, $2 headquarters' queue
-- too, $3 states, $4 person.
SELECT
    c.queue_state AS state,
    count(*) AS items,
    min(c.submitted_at) AS oldest,
    sc_now() AS now
FROM clearance AS c
WHERE
    c.queue_state = ANY($3::text[])
    AND (c.queue_area_id = ANY($1::text[]) OR ($2 AND c.queue_area_id IS NULL))
    AND ($4::uuid IS NULL OR c.person_id = $4)
GROUP BY c.queue_state
