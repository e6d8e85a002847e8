-- What can be delivered now: due, and with nothing of the same order key before it that is not. Now
-- is one moment for all of it: were the clock read for each row, an event that was not due when it
-- was looked at could be by the time the one after it is, which then went out alone. The owner's
-- sight is asked again, for an appointment may have ended since the event was planned.
-- $1 webhook, $2 how many; the sight: $3 everything, $4 organizations, $5 areas, $6 countries.
WITH clock AS MATERIALIZED (
    SELECT sc_now() AS now
),
due AS (
    SELECT d.webhook_id, d.feed_seq, d.order_key, d.tries
    FROM webhook_delivery AS d
    WHERE d.webhook_id = $1 AND d.state = 'waiting'
        AND d.next_try_at <= (SELECT c.now FROM clock AS c)
        AND NOT EXISTS (
            SELECT 1
            FROM webhook_delivery AS b
            WHERE b.webhook_id = d.webhook_id AND b.state = 'waiting'
                AND b.order_key = d.order_key AND b.feed_seq < d.feed_seq
                AND b.next_try_at > (SELECT c.now FROM clock AS c)
        )
    ORDER BY d.feed_seq
    LIMIT $2::bigint
),
event AS (
    SELECT
        d.feed_seq, d.order_key, d.tries, o.event,
        (o.event ->> 'personal')::boolean AS personal, o.event ->> 'organization' AS organization,
        ARRAY(SELECT json_array_elements_text(o.event -> 'areas')) AS areas
    FROM due AS d
    CROSS JOIN LATERAL (
        SELECT
            r.events -> (d.feed_seq - r.feed_seq + r.event_count - 1)::integer AS event
        FROM outbox AS r
        WHERE r.feed_seq >= d.feed_seq
        ORDER BY r.feed_seq
        LIMIT 1
    ) AS o
)
SELECT
    e.feed_seq, e.order_key, e.tries, e.event::text AS event,
    (
        $3::boolean
        OR (NOT e.personal AND e.organization = ANY($4::text[]))
        OR e.areas && $5::text[]
        OR EXISTS (
            SELECT 1
            FROM area AS a
            WHERE a.area_id = ANY(e.areas) AND a.iso2 = ANY($6::text[])
        )
    ) IS TRUE AS is_seen
FROM event AS e
ORDER BY e.feed_seq
