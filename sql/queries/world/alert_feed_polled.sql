-- A fetch is over. $1 feed, $2 and $3 what the answer called itself, $4 why it was in vain,
-- $5 seconds until the next; longer, up to an hour, the more fetches in a row were in vain.
UPDATE alert_feed
SET
    etag = CASE WHEN $4::text IS NULL THEN $2 ELSE etag END,
    last_modified = CASE WHEN $4::text IS NULL THEN $3 ELSE last_modified END,
    polled_at = sc_now(),
    fault = $4,
    failures = CASE WHEN $4::text IS NULL THEN 0 ELSE least(failures + 1, 1000) END,
    next_poll_at = sc_now() + least(
        make_interval(secs => $5::float8)
        * CASE WHEN $4::text IS NULL THEN 1 ELSE 2 ^ least(failures, 10) END,
        greatest(interval '1 hour', make_interval(secs => $5::float8))
    )
WHERE feed_id = $1
