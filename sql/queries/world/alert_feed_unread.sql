-- Entries of a feed that were not read yet; those that were are remembered for as long as they are
-- listed. $1 feed, $2 entries.
WITH listed AS (
    UPDATE alert_feed_item
    SET read_at = sc_now()
    WHERE feed_id = $1 AND item = ANY($2::text[])
    RETURNING item
)

SELECT t.item
FROM unnest($2::text[]) WITH ORDINALITY AS t (item, place)
WHERE t.item NOT IN (SELECT l.item FROM listed AS l)
ORDER BY t.place
