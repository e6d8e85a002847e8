-- An entry of a feed was read. $1 feed, $2 entry.
INSERT INTO alert_feed_item (feed_id, item)
VALUES ($1, $2)
ON CONFLICT (feed_id, item) DO UPDATE SET read_at = sc_now()
