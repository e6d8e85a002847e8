-- Writes which clocks rang, and for whom. A list comes as one text, for the lists of a batch differ
-- in length.
INSERT INTO clock_notice (clearance_id, clock, round, trip_id, area_id, rang_at, roles, persons)
SELECT
    a.clearance_id, a.clock, a.round, a.trip_id, a.area_id, a.at, a.roles::text[],
    a.persons::uuid[]
FROM unnest(
    $1::integer[], $2::uuid[], $3::text[], $4::integer[], $5::uuid[], $6::text[],
    $7::timestamptz[], $8::text[], $9::text[]
) AS a (n, clearance_id, clock, round, trip_id, area_id, at, roles, persons)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
