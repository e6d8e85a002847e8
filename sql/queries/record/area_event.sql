-- Writes an event of an area, in the transaction of the world that changes it. $1 time, $2 events.
INSERT INTO outbox (trip_id, change_no, written_at, event_count, events)
VALUES (NULL, 1, $1, 1, $2::text::json)
