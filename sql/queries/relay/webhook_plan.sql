-- Plans what comes next in the feed for a webhook and moves its position on, as far as there is
-- room: an endpoint that takes nothing holds back the feed here rather than fill the table. What is
-- planned again, after the position was moved back, is delivered again. $1 which, $2 holder, $3
-- rows that may wait; the owner's sight: $4 everything, $5 organizations, $6 areas, $7 countries.
WITH own AS (
    SELECT w.webhook_id, w.position, w.kinds
    FROM webhook AS w
    WHERE w.webhook_id = $1 AND w.holder = $2 AND w.state = 'active'
    FOR UPDATE
),
room AS (
    SELECT
        o.webhook_id, o.position, o.kinds,
        least($3::bigint - (
            SELECT count(*)
            FROM webhook_delivery AS d
            WHERE d.webhook_id = o.webhook_id AND d.state = 'waiting'
        ), 200) AS rows
    FROM own AS o
),
looked AS (
    SELECT p.feed_seq, p.event_count, p.events
    FROM room AS r
    CROSS JOIN LATERAL (
        SELECT o.feed_seq, o.event_count, o.events
        FROM outbox AS o
        WHERE o.feed_seq > r.position
        ORDER BY o.feed_seq
        LIMIT greatest(r.rows, 0)
    ) AS p
),
event AS (
    SELECT
        l.feed_seq - l.event_count + e.place AS seq, e.event,
        (e.event ->> 'personal')::boolean AS personal, e.event ->> 'organization' AS organization,
        ARRAY(SELECT json_array_elements_text(e.event -> 'areas')) AS areas
    FROM looked AS l
    CROSS JOIN LATERAL json_array_elements(l.events) WITH ORDINALITY AS e (event, place)
),
planned AS (
    INSERT INTO webhook_delivery AS d (
        webhook_id, feed_seq, event_id, kind, order_key, state, next_try_at
    )
    SELECT
        r.webhook_id, e.seq, (e.event ->> 'event_id')::uuid, e.event ->> 'kind',
        coalesce(e.event ->> 'trip_id', e.areas[1], ''), 'waiting', sc_now()
    FROM event AS e
    CROSS JOIN room AS r
    WHERE e.seq > r.position
        AND (r.kinds = '{}' OR e.event ->> 'kind' = ANY(r.kinds))
        AND (
            $4::boolean
            OR (NOT e.personal AND e.organization = ANY($5::text[]))
            OR e.areas && $6::text[]
            OR (
                $7::text[] <> '{}'
                AND EXISTS (
                    SELECT 1
                    FROM area AS a
                    WHERE a.area_id = ANY(e.areas) AND a.iso2 = ANY($7::text[])
                )
            )
        )
    ON CONFLICT (webhook_id, feed_seq) DO UPDATE
    SET state = 'waiting', tries = 0, next_try_at = excluded.next_try_at
    WHERE d.state <> 'waiting'
    RETURNING d.feed_seq
)
UPDATE webhook AS w
SET position = (SELECT max(l.feed_seq) FROM looked AS l)
WHERE w.webhook_id = $1 AND EXISTS (SELECT 1 FROM looked)
RETURNING w.position, (SELECT count(*) FROM planned) AS planned
