-- Feeds that are to be fetched. $1 how many.
SELECT f.feed_id, f.url, f.etag, f.last_modified
FROM alert_feed AS f
WHERE f.url IS NOT NULL AND f.removed_at IS NULL AND f.next_poll_at <= sc_now()
ORDER BY f.next_poll_at, f.feed_id
LIMIT $1
