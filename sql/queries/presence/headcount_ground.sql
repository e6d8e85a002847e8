-- What responses stand on, under the lock. $1 headcounts.
SELECT h.headcount_id, h.area_ids, h.as_of, h.closed_at, h.changes, sc_now() AS now
FROM headcount AS h
WHERE h.headcount_id = ANY($1::uuid[])
