-- Puts clearances that found no place on the waiting lists of their areas, with the grade that the
-- trip was submitted with. Comes after everything else, under the locks of the nights they wait
-- for: where a place was given back since they were decided, they are to be decided again.
WITH waiting AS (
    INSERT INTO ceiling_wait (clearance_id, area_id, pc_rank, submitted_at, alone)
    SELECT
        a.clearance_id, a.area_id,
        coalesce(array_position(ARRAY['PC1', 'PC2', 'PC3', 'PC4'], t.grade), 5), a.at, a.alone
    FROM unnest(
        $1::integer[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[], $6::boolean[]
    ) AS a (n, clearance_id, area_id, trip_id, at, alone)
    CROSS JOIN LATERAL (
        SELECT r.body ->> 'pc_grade' AS grade FROM trip AS r WHERE r.trip_id = a.trip_id OFFSET 0
    ) AS t
    WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
    RETURNING clearance_id, area_id, alone
)
INSERT INTO redecision (redecision_id, area_id, cause, world_version)
SELECT DISTINCT
    md5(q.area_id || ' ' || pg_current_xact_id()::text)::uuid, q.area_id, 'place', w.version
FROM waiting AS q
CROSS JOIN world_state AS w
WHERE q.alone AND full_nights(q.clearance_id) = '{}'
ON CONFLICT (redecision_id) DO NOTHING
