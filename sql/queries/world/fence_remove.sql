-- Takes a fence away: its row stays, so that replicas hear of it. $1 id, $2 who.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    WHERE EXISTS (SELECT FROM fence WHERE fence_id = $1 AND removed_at IS NULL)
    RETURNING version
),

gone AS (
    UPDATE fence AS f
    SET removed_at = sc_now(), world_version = r.version, version = f.version + 1
    FROM raised AS r
    WHERE f.fence_id = $1
    RETURNING f.area_ids
),

touched AS (
    UPDATE area_state AS s
    SET revision = r.version
    FROM raised AS r, gone AS g
    WHERE s.area_id = ANY(g.area_ids)
),

asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version, requested_by)
    SELECT gen_random_uuid(), a.area_id, 'fence', r.version, $2
    FROM raised AS r
    CROSS JOIN gone AS g
    CROSS JOIN LATERAL unnest(g.area_ids) AS a (area_id)
)

SELECT r.version, pg_notify('world', r.version::text) FROM raised AS r
