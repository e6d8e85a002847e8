-- Notes what came of tries, and what they say of the endpoint; a holder whose lease was taken over
-- notes nothing. $1 webhook, $2 holder; of each try $3 the event's number, $4 what came of it:
-- delivered, waiting (again), dead or withheld, $5 status, $6 fault, $7 seconds until the next;
-- $8 whether the endpoint is gone for good, $9 seconds of failing after which it is disabled.
WITH own AS (
    SELECT w.webhook_id
    FROM webhook AS w
    WHERE w.webhook_id = $1 AND w.holder = $2
    FOR UPDATE
),
tried AS (
    SELECT t.feed_seq, t.state, t.status, t.fault, t.delay * interval '1 second' AS delay
    FROM unnest($3::bigint[], $4::text[], $5::smallint[], $6::text[], $7::double precision[])
        AS t (feed_seq, state, status, fault, delay)
),
noted AS (
    UPDATE webhook_delivery AS d
    SET
        state = t.state, status = t.status, fault = t.fault, tried_at = sc_now(),
        tries = d.tries + (t.state <> 'withheld')::integer, next_try_at = sc_now() + t.delay
    FROM tried AS t
    CROSS JOIN own AS o
    WHERE d.webhook_id = o.webhook_id AND d.feed_seq = t.feed_seq AND d.state = 'waiting'
    RETURNING d.feed_seq
),
told AS (
    SELECT
        bool_or(t.state = 'delivered') AS took, bool_or(t.state IN ('waiting', 'dead')) AS failed,
        min(t.delay) FILTER (WHERE t.state IN ('waiting', 'dead')) AS delay
    FROM tried AS t
),
stands AS (
    SELECT
        w.webhook_id,
        CASE
            WHEN t.took THEN NULL
            WHEN t.failed THEN coalesce(w.failing_since, sc_now())
            ELSE w.failing_since
        END AS failing_since,
        CASE WHEN t.took THEN sc_now() ELSE w.delivered_at END AS delivered_at,
        CASE WHEN t.failed AND NOT t.took THEN sc_now() + t.delay ELSE sc_now() END AS resume_at,
        CASE
            WHEN $8::boolean THEN 'gone'
            WHEN t.failed AND NOT t.took
                AND w.failing_since <= sc_now() - $9::double precision * interval '1 second'
                THEN 'failing'
        END AS reason
    FROM webhook AS w
    CROSS JOIN told AS t
    WHERE w.webhook_id = $1
)
UPDATE webhook AS w
SET
    failing_since = s.failing_since, delivered_at = s.delivered_at, resume_at = s.resume_at,
    state = CASE WHEN s.reason IS NULL THEN w.state ELSE 'disabled' END,
    disabled_reason = coalesce(s.reason, w.disabled_reason),
    disabled_at = CASE WHEN s.reason IS NULL THEN w.disabled_at ELSE sc_now() END,
    revision = w.revision + (s.reason IS NOT NULL)::integer
FROM stands AS s
CROSS JOIN own AS o
WHERE w.webhook_id = s.webhook_id AND w.webhook_id = o.webhook_id
RETURNING w.state, w.disabled_reason
