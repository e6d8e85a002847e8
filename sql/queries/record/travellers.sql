-- Writes who travels when, for new trips.
INSERT INTO trip_traveller (
    person_id, covers_until, trip_id, covers_from, starts_at, ends_at, role, personal, live
)
SELECT
    a.person_id, coalesce(a.covers_until, 'infinity'), a.trip_id, a.covers_from, a.starts_at,
    a.ends_at, a.role, a.personal, true
FROM unnest($1::new_traveller[]) AS a
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
