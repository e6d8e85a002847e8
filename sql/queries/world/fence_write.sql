-- A fence drawn or redrawn by a person: the areas it touches and touched, and the world's version
-- rise, and what must be decided again is written down. $1 id, $2 kind, $3 name, $4 effect, $5 and
-- $6 validity, $7 and $8 hours, $9 areas, $10 shape, $11 review, $12 emergency, $13 note, $14 who,
-- $15 areas before and after, $16 their redecisions.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    RETURNING version, changed_at
),

drawn AS (
    INSERT INTO fence AS f (
        fence_id, kind, name, effect, valid_from, valid_until, hours_from, hours_to, area_ids,
        shape, review_at, emergency, note, world_version, created_by, created_at, changed_by,
        changed_at
    )
    SELECT
        $1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10, $11, $12, $13, r.version, $14,
        r.changed_at, $14, r.changed_at
    FROM raised AS r
    ON CONFLICT (fence_id) DO UPDATE SET
        kind = excluded.kind, name = excluded.name, effect = excluded.effect,
        valid_from = excluded.valid_from, valid_until = excluded.valid_until,
        hours_from = excluded.hours_from, hours_to = excluded.hours_to,
        area_ids = excluded.area_ids, shape = excluded.shape, review_at = excluded.review_at,
        emergency = excluded.emergency, note = excluded.note, ended_at = NULL,
        world_version = excluded.world_version, version = f.version + 1,
        changed_by = excluded.changed_by, changed_at = excluded.changed_at
    RETURNING f.version, f.created_at, f.changed_at
),

touched AS (
    UPDATE area_state AS s
    SET revision = r.version
    FROM raised AS r
    WHERE s.area_id = ANY($15::text[])
),

asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version, requested_by)
    SELECT a.redecision_id, a.area_id, 'fence', r.version, $14
    FROM raised AS r
    CROSS JOIN unnest($16::uuid[], $15::text[]) AS a (redecision_id, area_id)
)

SELECT
    r.version AS world_version,
    d.version,
    d.created_at,
    d.changed_at,
    pg_notify('world', r.version::text)
FROM raised AS r
CROSS JOIN drawn AS d
