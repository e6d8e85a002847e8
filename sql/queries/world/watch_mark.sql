-- Marks an emergency suspension as unconfirmed and passes it up to the official and the stand-in,
-- else to headquarters: the area's revision and the world's version rise. No row where somebody has
-- spoken meanwhile. $1 area, $2 hours, $3 redecision.
WITH due AS (
    SELECT s.area_id, s.status_since
    FROM area_state AS s
    WHERE
        s.area_id = $1
        AND s.status = 'suspended'
        AND s.emergency
        AND s.unconfirmed_since IS NULL
        AND s.status_since <= sc_now() - make_interval(hours => $2::integer)
),

raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    WHERE EXISTS (SELECT FROM due)
    RETURNING version, changed_at
),

marked AS (
    UPDATE area_state AS s
    SET unconfirmed_since = r.changed_at, revision = r.version
    FROM raised AS r
    WHERE s.area_id = $1
),

officials AS (
    SELECT array_agg(DISTINCT f.person_id) AS persons
    FROM appointment_in_force AS f
    INNER JOIN area AS a ON a.area_id = $1
    WHERE
        f.role = 'designated_official'
        AND f.person_id IS NOT NULL
        AND (a.area_id = ANY(f.area_ids) OR a.iso2 = ANY(f.countries))
),

headquarters AS (
    SELECT coalesce(array_agg(DISTINCT f.person_id), '{}') AS persons
    FROM appointment_in_force AS f
    WHERE f.role = 'usg' AND f.person_id IS NOT NULL
),

told AS (
    INSERT INTO suspension_notice (area_id, suspended_at, step, told_at, roles, persons)
    SELECT
        d.area_id, d.status_since, 'official', r.changed_at,
        CASE
            WHEN o.persons IS NULL THEN ARRAY['designated_official', 'usg']
            ELSE ARRAY['designated_official']
        END,
        coalesce(o.persons, h.persons)
    FROM due AS d
    CROSS JOIN raised AS r
    CROSS JOIN officials AS o
    CROSS JOIN headquarters AS h
),

asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version)
    SELECT $3, $1, 'suspended', r.version
    FROM raised AS r
)

SELECT r.changed_at, pg_notify('world', r.version::text) FROM raised AS r
