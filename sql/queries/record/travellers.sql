-- Writes who travels when, for new trips and new versions, and what status questions ask of them.
INSERT INTO trip_traveller (
    person_id, covers_until, trip_id, covers_from, starts_at, ends_at, role, personal, live,
    organization_id, sponsor_person_id, reference, first_day, last_day
)
SELECT
    a.person_id, coalesce(a.covers_until, 'infinity'), a.trip_id, a.covers_from, a.starts_at,
    a.ends_at, a.role, a.personal, true, p.organization_id, p.sponsor_person_id, a.reference,
    a.first_day, a.last_day
FROM unnest(
    $1::integer[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::timestamptz[],
    $6::timestamptz[], $7::timestamptz[], $8::text[], $9::boolean[], $10::text[], $11::date[],
    $12::date[]
) AS a (
    n, person_id, covers_until, trip_id, covers_from, starts_at, ends_at, role, personal,
    reference, first_day, last_day
)
LEFT JOIN person AS p ON p.person_id = a.person_id
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
