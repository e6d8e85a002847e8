-- Changes an area's status: the area's revision and the world's version rise, and what must be
-- decided again is written down. $1 area, $2 status, $3 review, $4 reason, $5 emergency,
-- $6 redecision, $7 cause, $8 who.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    RETURNING version, changed_at
),

changed AS (
    UPDATE area_state AS s
    SET
        status = $2,
        status_since = r.changed_at,
        review_at = $3,
        status_reason = $4,
        emergency = $5,
        unconfirmed_since = NULL,
        revision = r.version
    FROM raised AS r
    WHERE s.area_id = $1
),

asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version, requested_by)
    SELECT $6, $1, $7, r.version, $8
    FROM raised AS r
)

SELECT r.version, pg_notify('world', r.version::text) FROM raised AS r
