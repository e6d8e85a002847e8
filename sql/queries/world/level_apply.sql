-- Brings a setting of an area's level into effect: the area's revision and the world's version
-- rise, what must be decided again is written down, and what stood before is kept. A band that
-- rises to high or more is a cause of its own (c.11). Holds the lock `world`. $1 setting,
-- $2 redecision.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    RETURNING version, changed_at
),

applied AS (
    UPDATE level_setting AS l
    SET
        state = 'applied',
        applied_at = r.changed_at,
        world_version = r.version,
        level_before = s.security_level,
        band_before = s.risk_band
    FROM raised AS r, area_state AS s
    WHERE l.setting_id = $1 AND s.area_id = l.area_id
    RETURNING
        l.area_id, l.security_level, l.risk_band, l.set_by,
        coalesce(l.risk_band IN ('high', 'very_high', 'unacceptable'), false)
        AND NOT coalesce(l.band_before IN ('high', 'very_high', 'unacceptable'), false) AS risen
),

changed AS (
    UPDATE area_state AS s
    SET security_level = a.security_level, risk_band = a.risk_band, revision = r.version
    FROM applied AS a, raised AS r
    WHERE s.area_id = a.area_id
),

asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version, requested_by)
    SELECT
        $2, a.area_id, CASE WHEN a.risen THEN 'band' ELSE 'level' END, r.version, a.set_by
    FROM applied AS a
    CROSS JOIN raised AS r
)

SELECT r.version, pg_notify('world', r.version::text) FROM raised AS r
