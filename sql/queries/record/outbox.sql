-- Writes the events of new trips, one row a trip, and events that belong to no trip.
INSERT INTO outbox (trip_id, change_no, written_at, event_count, events)
SELECT a.trip_id, 1, a.at, a.event_count, a.events::json
FROM unnest($1::new_events[]) AS a
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
