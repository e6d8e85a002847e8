-- Brings a version of an area's policy into force: the area's revision and the world's version
-- rise, and what must be decided again is written down. Drafts and approvals that were based on
-- the version before are overtaken. Holds the lock `world`. $1 area, $2 version, $3 redecision,
-- $4 who.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    RETURNING version, changed_at
),

applied AS (
    UPDATE area_policy AS p
    SET
        state = CASE WHEN p.version = $2 THEN 'applied' ELSE 'overtaken' END,
        applied_at = CASE WHEN p.version = $2 THEN r.changed_at END
    FROM raised AS r
    WHERE p.area_id = $1 AND (p.version = $2 OR p.state IN ('draft', 'scheduled'))
),

changed AS (
    UPDATE area_state AS s
    SET policy_version = $2, revision = r.version
    FROM raised AS r
    WHERE s.area_id = $1
),

asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version, requested_by)
    SELECT $3, $1, 'policy', r.version, $4
    FROM raised AS r
)

SELECT r.version, pg_notify('world', r.version::text) FROM raised AS r
