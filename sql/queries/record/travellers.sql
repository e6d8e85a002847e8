-- Writes who travels when, for new trips.
INSERT INTO trip_traveller (
    person_id, covers_until, trip_id, covers_from, starts_at, ends_at, role, personal, live
)
SELECT
    a.person_id, coalesce(a.covers_until, 'infinity'), a.trip_id, a.covers_from, a.starts_at,
    a.ends_at, a.role, a.personal, true
FROM unnest(
    $1::integer[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::timestamptz[],
    $6::timestamptz[], $7::timestamptz[], $8::text[], $9::boolean[]
) AS a (
    n, person_id, covers_until, trip_id, covers_from, starts_at, ends_at, role, personal
)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
