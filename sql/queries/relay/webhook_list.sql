-- The webhooks of an owner in the order of their making, with how they stand. $1 owner, $2 one of
-- them alone, $3 those after one, $4 how many.
SELECT
    w.webhook_id, w.url, w.description, w.kinds, w.secret, w.secret_of, w.state,
    w.disabled_reason, w.disabled_at, w.created_at, w.revision, w.position, w.failing_since,
    w.delivered_at,
    CASE WHEN w.resume_at > sc_now() THEN w.resume_at END AS resume_at,
    CASE WHEN w.old_secret_until > sc_now() THEN w.old_secret END AS old_secret,
    CASE WHEN w.old_secret_until > sc_now() THEN w.old_secret_until END AS old_secret_until,
    greatest(h.last_seq - w.position, 0) AS behind, o.waiting, o.dead
FROM webhook AS w
CROSS JOIN feed_head AS h
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE d.state = 'waiting') AS waiting,
        count(*) FILTER (WHERE d.state = 'dead') AS dead
    FROM webhook_delivery AS d
    WHERE d.webhook_id = w.webhook_id AND d.state IN ('waiting', 'dead')
) AS o
WHERE w.identity_id = $1
    AND ($2::uuid IS NULL OR w.webhook_id = $2)
    AND ($3::uuid IS NULL OR w.webhook_id > $3)
ORDER BY w.webhook_id
LIMIT $4::bigint
