-- Writes the events of new trips, one row a trip, and events that belong to no trip.
INSERT INTO outbox (trip_id, change_no, written_at, event_count, events)
SELECT a.trip_id, 1, a.at, a.event_count, a.events::json
FROM unnest($1::integer[], $2::uuid[], $3::timestamptz[], $4::integer[], $5::text[])
    AS a (n, trip_id, at, event_count, events)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
