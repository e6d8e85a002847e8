-- Counts the responses of headcounts on, and tells whoever follows them. $1 headcounts, $2 the
-- number of the last response of each.
WITH told AS (
    SELECT pg_notify('headcount', '') AS told
),
changed AS (
    UPDATE headcount AS h
    SET changes = a.changes
    FROM unnest($1::uuid[], $2::bigint[]) AS a (headcount_id, changes)
    WHERE h.headcount_id = a.headcount_id
)
SELECT t.told::text AS told FROM told AS t
