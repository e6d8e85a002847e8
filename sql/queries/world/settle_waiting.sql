-- The next on an area's waiting list for whom a place is free on every night and who waits for
-- nothing else, in the list's order. $1 area; after $2 rank, $3 time, $4 clearance.
SELECT q.clearance_id, q.pc_rank, q.submitted_at
FROM ceiling_wait AS q
WHERE
    q.area_id = $1
    AND q.alone
    AND (q.pc_rank, q.submitted_at, q.clearance_id) > ($2, $3, $4)
    AND EXISTS (
        SELECT
        FROM clearance AS c
        WHERE c.clearance_id = q.clearance_id AND c.state = 'pending_review'
    )
    AND full_nights(q.clearance_id) = '{}'
ORDER BY q.pc_rank, q.submitted_at, q.clearance_id
LIMIT 1
