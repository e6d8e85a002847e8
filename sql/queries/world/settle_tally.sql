-- What became of the clearances of a batch so far. $1 batch.
SELECT
    t.organization_id, t.became, t.role, t.queue_area_id, sum(t.clearances)::bigint AS clearances
FROM redecision_tally AS t
WHERE t.redecision_id = $1
GROUP BY t.organization_id, t.became, t.role, t.queue_area_id
