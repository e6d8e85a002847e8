-- Writes events about areas, in the transaction of their fact. $1 when, $2 how many, $3 the events.
INSERT INTO outbox (trip_id, change_no, written_at, event_count, events)
SELECT NULL, 1, $1::timestamptz, $2::integer, $3::text::json
WHERE $2::integer > 0
