-- Takes a fence away: its row stays, so that replicas hear of it. $1 id, $2 who, $3 areas, $4 their
-- redecisions.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    RETURNING version, changed_at
),

gone AS (
    UPDATE fence AS f
    SET
        removed_at = r.changed_at,
        removed_by = $2,
        world_version = r.version,
        version = f.version + 1
    FROM raised AS r
    WHERE f.fence_id = $1
),

touched AS (
    UPDATE area_state AS s
    SET revision = r.version
    FROM raised AS r
    WHERE s.area_id = ANY($3::text[])
),

asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version, requested_by)
    SELECT a.redecision_id, a.area_id, 'fence', r.version, $2
    FROM raised AS r
    CROSS JOIN unnest($4::uuid[], $3::text[]) AS a (redecision_id, area_id)
)

SELECT r.version AS world_version, pg_notify('world', r.version::text) FROM raised AS r
