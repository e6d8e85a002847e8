-- Proposes that the standing fences of earlier messages are taken away; by itself where both came
-- by one feed. $1 the later message, $2 the earlier ones, $3 feeds of the later one.
INSERT INTO alert_proposal (
    proposal_id, alert_id, number, kind, state, as_received, area_ids, name, severity, texts,
    fence_id
)
SELECT
    gen_random_uuid(),
    $1,
    row_number() OVER (ORDER BY p.fence_id),
    'lift',
    CASE WHEN a.feed_id = ANY($3::uuid[]) THEN 'due' ELSE 'open' END,
    true,
    p.area_ids,
    p.name,
    p.severity,
    '[]',
    p.fence_id
FROM alert_proposal AS p
INNER JOIN alert AS a USING (alert_id)
INNER JOIN fence AS f ON f.fence_id = p.fence_id
WHERE
    p.alert_id = ANY($2::uuid[])
    AND p.kind = 'fence'
    AND p.state IN ('confirmed', 'applied')
    AND f.removed_at IS NULL
