-- A new fence: the areas it touches and the world's version rise, and what must be decided again is
-- written down. $1 id, $2 kind, $3 name, $4 effect, $5 and $6 validity, $7 and $8 hours, $9 areas,
-- $10 shape, $11 who.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    RETURNING version
),

drawn AS (
    INSERT INTO fence (
        fence_id, kind, name, effect, valid_from, valid_until, hours_from, hours_to, area_ids,
        shape, world_version, created_by
    )
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10, r.version, $11
    FROM raised AS r
),

touched AS (
    UPDATE area_state AS s
    SET revision = r.version
    FROM raised AS r
    WHERE s.area_id = ANY($9::text[])
),

asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version, requested_by)
    SELECT gen_random_uuid(), a.area_id, 'fence', r.version, $11
    FROM raised AS r
    CROSS JOIN unnest($9::text[]) AS a (area_id)
)

SELECT r.version, pg_notify('world', r.version::text) FROM raised AS r
