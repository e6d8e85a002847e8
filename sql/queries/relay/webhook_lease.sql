-- Takes the lease of webhooks that nobody holds and that something can be delivered to, those that
-- waited longest first. $1 holder, $2 how many.
WITH free AS (
    SELECT w.webhook_id
    FROM webhook AS w
    CROSS JOIN feed_head AS h
    WHERE w.state = 'active'
        AND w.leased_until <= sc_now()
        AND w.resume_at <= sc_now()
        AND (
            w.position < h.last_seq
            OR EXISTS (
                SELECT 1
                FROM webhook_delivery AS d
                WHERE d.webhook_id = w.webhook_id AND d.state = 'waiting'
                    AND d.next_try_at <= sc_now()
            )
        )
    ORDER BY w.resume_at, w.webhook_id
    LIMIT $2::bigint
    FOR UPDATE OF w SKIP LOCKED
)
UPDATE webhook AS w
SET holder = $1, leased_until = sc_now() + interval '30 seconds'
FROM free AS f
WHERE w.webhook_id = f.webhook_id
RETURNING w.webhook_id
