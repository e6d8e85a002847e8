-- A change of fences: the world's version and the revision of each area that they touch rise, and
-- what must be decided again is written down as one batch. $1 areas, $2 their redecisions, of which
-- the first leads, $3 who.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    RETURNING version
),

touched AS (
    UPDATE area_state AS s
    SET revision = r.version
    FROM raised AS r
    WHERE s.area_id = ANY($1::text[])
),

asked AS (
    INSERT INTO redecision (
        redecision_id, leader_id, area_id, cause, world_version, requested_by
    )
    SELECT
        a.redecision_id,
        nullif(($2::uuid[])[1], a.redecision_id),
        a.area_id,
        'fence',
        r.version,
        $3
    FROM raised AS r
    CROSS JOIN unnest($2::uuid[], $1::text[]) AS a (redecision_id, area_id)
)

SELECT r.version AS world_version, pg_notify('world', r.version::text) FROM raised AS r
