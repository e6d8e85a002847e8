-- A fence drawn or redrawn, after the world's version rose in the same transaction. $1 id, $2 kind,
-- $3 name, $4 effect, $5 and $6 validity, $7 and $8 hours, $9 areas, $10 shape, $11 review, $12
-- emergency, $13 note, $14 who.
INSERT INTO fence AS f (
    fence_id, kind, name, effect, valid_from, valid_until, hours_from, hours_to, area_ids, shape,
    review_at, emergency, note, world_version, created_by, created_at, changed_by, changed_at
)
SELECT
    $1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10, $11, $12, $13, w.version, $14,
    w.changed_at, $14, w.changed_at
FROM world_state AS w
ON CONFLICT (fence_id) DO UPDATE SET
    kind = excluded.kind, name = excluded.name, effect = excluded.effect,
    valid_from = excluded.valid_from, valid_until = excluded.valid_until,
    hours_from = excluded.hours_from, hours_to = excluded.hours_to,
    area_ids = excluded.area_ids, shape = excluded.shape, review_at = excluded.review_at,
    emergency = excluded.emergency, note = excluded.note, ended_at = NULL, forgotten_at = NULL,
    once_in = ARRAY(SELECT DISTINCT unnest(f.once_in || f.area_ids)),
    world_version = excluded.world_version, version = f.version + 1,
    changed_by = excluded.changed_by, changed_at = excluded.changed_at
RETURNING f.version, f.created_at, f.changed_at
