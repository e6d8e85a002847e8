-- Fences that have come to their end: what they froze goes back to a person. Their areas and the
-- world's version rise, and what must be decided again is written down as one batch.
WITH due AS (
    SELECT f.fence_id, f.area_ids
    FROM fence AS f
    WHERE
        f.removed_at IS NULL
        AND f.ended_at IS NULL
        AND f.effect IN ('deny', 'mscr')
        AND f.valid_until <= sc_now()
),

raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    WHERE EXISTS (SELECT FROM due)
    RETURNING version, changed_at
),

ended AS (
    UPDATE fence AS f
    SET ended_at = r.changed_at
    FROM raised AS r, due AS d
    WHERE f.fence_id = d.fence_id
),

areas AS MATERIALIZED (
    SELECT a.area_id, gen_random_uuid() AS redecision_id
    FROM (SELECT DISTINCT unnest(d.area_ids) AS area_id FROM due AS d) AS a
    ORDER BY a.area_id
),

touched AS (
    UPDATE area_state AS s
    SET revision = r.version
    FROM raised AS r, areas AS a
    WHERE s.area_id = a.area_id
),

asked AS (
    INSERT INTO redecision (redecision_id, leader_id, area_id, cause, world_version)
    SELECT
        a.redecision_id,
        nullif(first_value(a.redecision_id) OVER (ORDER BY a.area_id), a.redecision_id),
        a.area_id,
        'fence',
        r.version
    FROM raised AS r
    CROSS JOIN areas AS a
)

SELECT r.version, pg_notify('world', r.version::text) FROM raised AS r
