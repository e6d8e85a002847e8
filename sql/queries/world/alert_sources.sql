-- Feeds on the list by which a message came: those of a machine, or those that are fetched from one
-- place. $1 client, $2 feed.
SELECT f.feed_id, f.countries, f.area_ids, f.senders, f.apply_from, f.apply_effect
FROM alert_feed AS f
WHERE
    f.removed_at IS NULL
    AND (f.client_id = $1 OR f.url = (SELECT o.url FROM alert_feed AS o WHERE o.feed_id = $2))
ORDER BY f.feed_id = $2 DESC, f.feed_id
