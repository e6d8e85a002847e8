-- Closes a headcount, and tells whoever follows it. $1 headcount, $2 when, $3 who.
UPDATE headcount AS h
SET closed_at = $2, closed_by = $3
WHERE h.headcount_id = $1 AND h.closed_at IS NULL
RETURNING h.headcount_id, pg_notify('headcount', '')::text AS told
