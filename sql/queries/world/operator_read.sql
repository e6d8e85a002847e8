-- Advice on an operator, with a name from the directory for display alone. $1 code, $2 whether
-- that of every organization is seen, $3 organizations whose advice is seen.
SELECT
    a.organization_id,
    a.standing,
    a.valid_to,
    a.valid_to < (sc_now() AT TIME ZONE 'UTC')::date AS lapsed,
    a.aoc_state,
    a.basis,
    a.note,
    a.revision,
    a.changed_by,
    a.changed_at
FROM operator_advice AS a
WHERE a.code = $1 AND ($2 OR a.organization_id = ANY($3::text[]))
ORDER BY a.organization_id
