-- Writes what approvals oblige to, each with the ledger entry it came with and the next numbers
-- of its clearance.
INSERT INTO obligation (
    obligation_id, clearance_id, number, entry, code, owner, due_at, text, evidence
)
SELECT
    a.obligation_id, a.clearance_id,
    b.numbers + row_number() OVER (PARTITION BY a.clearance_id ORDER BY a.position),
    c.entries, a.code, a.owner, a.due_at, a.text, a.evidence
FROM unnest(
    $1::integer[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
    $8::text[]
) WITH ORDINALITY AS a (
    n, obligation_id, clearance_id, code, owner, due_at, text, evidence, position
)
CROSS JOIN LATERAL (
    SELECT r.entries FROM clearance AS r WHERE r.clearance_id = a.clearance_id OFFSET 0
) AS c
CROSS JOIN LATERAL (
    SELECT coalesce(max(o.number), 0) AS numbers
    FROM obligation AS o
    WHERE o.clearance_id = a.clearance_id
) AS b
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
