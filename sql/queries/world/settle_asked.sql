-- Clearances of an area that have waited for a person since they were asked for, and that nobody
-- has moved since. $1 area; after $2 time, $3 clearance; $4 how many.
SELECT c.clearance_id, 0::smallint AS pc_rank, c.submitted_at
FROM clearance AS c
WHERE
    c.area_id = $1
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
    AND c.state = 'pending_review'
    AND c.entries = 1
    AND (c.submitted_at, c.clearance_id) > ($2, $3)
ORDER BY c.submitted_at, c.clearance_id
LIMIT $4
