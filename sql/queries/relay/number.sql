-- Gives committed outbox rows their place in the feed, those of one trip in the order of its
-- changes: a row's id is drawn under the lock of its trip. A row's number is that of its last
-- event. Readers of the feed are told when something was numbered: one message for all of it. Each
-- row is updated where it was found: nobody else touches one that waits. $1 rows at once.
WITH fresh AS (
    SELECT o.ctid AS place, o.outbox_id, o.event_count
    FROM outbox AS o
    WHERE o.feed_seq IS NULL
    ORDER BY o.outbox_id
    LIMIT $1::bigint
),
placed AS (
    SELECT f.place, sum(f.event_count) OVER (ORDER BY f.outbox_id) AS upto
    FROM fresh AS f
),
head AS (
    UPDATE feed_head
    SET last_seq = last_seq + (SELECT max(p.upto) FROM placed AS p)
    WHERE EXISTS (SELECT 1 FROM placed)
    RETURNING last_seq - (SELECT max(p.upto) FROM placed AS p) AS before
),
numbered AS (
    UPDATE outbox AS o
    SET feed_seq = h.before + p.upto
    FROM placed AS p
    CROSS JOIN head AS h
    WHERE o.ctid = p.place AND o.feed_seq IS NULL
    RETURNING o.feed_seq
)
SELECT count(*) AS numbered, CASE WHEN count(*) > 0 THEN pg_notify('feed', '')::text END AS told
FROM numbered
