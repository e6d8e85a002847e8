-- Takes a feed off the list. $1 feed, $2 who.
UPDATE alert_feed
SET removed_at = sc_now(), removed_by = $2
WHERE feed_id = $1 AND removed_at IS NULL
