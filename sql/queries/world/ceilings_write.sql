-- A new version of an area's policy: the area's revision and the world's version rise, and what
-- must be decided again is written down. $1 area, $2 version, $3 body, $4 effective from, $5 note,
-- $6 who, $7 redecision.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    RETURNING version
),

drawn_up AS (
    INSERT INTO area_policy (
        area_id, version, body, demonstration, effective_from, change_note, recorded_by
    )
    SELECT p.area_id, $2, $3::text::jsonb, p.demonstration, $4, $5, $6
    FROM area_state AS s
    INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
    WHERE s.area_id = $1
),

changed AS (
    UPDATE area_state AS s
    SET policy_version = $2, revision = r.version
    FROM raised AS r
    WHERE s.area_id = $1
),

asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version, requested_by)
    SELECT $7, $1, 'policy', r.version, $6
    FROM raised AS r
)

SELECT r.version, pg_notify('world', r.version::text) FROM raised AS r
