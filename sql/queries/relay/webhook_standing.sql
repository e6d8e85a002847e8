-- How webhooks stand, for the gauges: those that are furthest behind or fail longest, some of them.
-- $1 how many.
SELECT
    w.webhook_id, w.state, greatest(h.last_seq - w.position, 0) + o.waiting AS behind, o.dead,
    coalesce(extract(EPOCH FROM sc_now() - w.failing_since), 0)::double precision AS failing,
    count(*) FILTER (WHERE w.state = 'active') OVER () AS active,
    count(*) FILTER (WHERE w.state = 'disabled') OVER () AS disabled
FROM webhook AS w
CROSS JOIN feed_head AS h
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE d.state = 'waiting') AS waiting,
        count(*) FILTER (WHERE d.state = 'dead') AS dead
    FROM webhook_delivery AS d
    WHERE d.webhook_id = w.webhook_id AND d.state IN ('waiting', 'dead')
) AS o
ORDER BY w.failing_since NULLS LAST, behind DESC, w.webhook_id
LIMIT $1::bigint
