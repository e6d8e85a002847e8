-- The feed after a number, whatever anybody may see of it: for the one reader of a process that
-- hands it on to those who listen. $1 the number, $2 rows at most.
SELECT l.feed_seq - l.event_count + e.place AS seq, e.event::text AS event
FROM (
    SELECT o.feed_seq, o.event_count, o.events
    FROM outbox AS o
    WHERE o.feed_seq > $1::bigint
    ORDER BY o.feed_seq
    LIMIT $2::bigint
) AS l
CROSS JOIN LATERAL json_array_elements(l.events) WITH ORDINALITY AS e (event, place)
WHERE l.feed_seq - l.event_count + e.place > $1::bigint
ORDER BY seq
