-- Deliveries of a webhook, newest events first. $1 owner, $2 webhook, $3 in one state alone, $4
-- those before a number, $5 how many.
SELECT
    d.feed_seq, d.event_id, d.kind, d.state, d.tries, d.status, d.fault, d.tried_at,
    CASE WHEN d.state = 'waiting' THEN d.next_try_at END AS next_try_at
FROM webhook AS w
INNER JOIN webhook_delivery AS d USING (webhook_id)
WHERE w.identity_id = $1 AND w.webhook_id = $2
    AND ($3::text IS NULL OR d.state = $3)
    AND ($4::bigint IS NULL OR d.feed_seq < $4)
ORDER BY d.feed_seq DESC
LIMIT $5::bigint
