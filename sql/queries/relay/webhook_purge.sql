-- Forgets deliveries and requests that have grown old, some at a time: what was delivered or
-- withheld after a week, dead letters after a month, requests after a day. $1 how many.
WITH settled AS (
    DELETE FROM webhook_delivery AS d
    USING (
        SELECT o.webhook_id, o.feed_seq
        FROM webhook_delivery AS o
        WHERE o.state IN ('delivered', 'withheld', 'dead')
            AND o.tried_at < sc_now() - interval '7 days'
            AND (o.state <> 'dead' OR o.tried_at < sc_now() - interval '30 days')
        LIMIT $1::bigint
    ) AS old
    WHERE d.webhook_id = old.webhook_id AND d.feed_seq = old.feed_seq
    RETURNING d.feed_seq
),
answered AS (
    DELETE FROM webhook_request AS r
    WHERE r.key_hash = ANY(ARRAY(
        SELECT o.key_hash
        FROM webhook_request AS o
        WHERE o.made_at < sc_now() - interval '24 hours'
        LIMIT $1::bigint
    ))
    RETURNING r.key_hash
)
SELECT (SELECT count(*) FROM settled) + (SELECT count(*) FROM answered) AS gone
