-- What the newest approval of a clearance obliges to, in its order. $1 clearance, $2 one number, or
-- null for all.
SELECT
    o.obligation_id,
    o.number,
    o.code,
    o.owner,
    o.due_at,
    o.text,
    o.evidence,
    o.done_at,
    o.done_by,
    o.proof,
    o.done_at IS NULL AND coalesce(o.due_at <= sc_now(), false) AS overdue
FROM obligation_in_force AS o
WHERE o.clearance_id = $1 AND ($2::integer IS NULL OR o.number = $2)
ORDER BY o.number
