-- Fences on record, in order of id. $1 after, $2 area, $3 kind, $4 effect, $5 standing at, $6 one
-- alone, $7 with their shapes, $8 how many.
SELECT
    f.fence_id,
    f.kind,
    f.name,
    f.effect,
    f.valid_from,
    f.valid_until,
    f.hours_from,
    f.hours_to,
    f.area_ids,
    f.version,
    f.review_at,
    f.emergency,
    f.emergency AND f.review_at <= sc_now() AS is_unconfirmed,
    f.note,
    f.created_at,
    f.changed_at,
    w.version AS world_version,
    CASE WHEN $7 THEN f.shape END AS shape
FROM world_state AS w
LEFT JOIN (
    SELECT g.*
    FROM fence AS g
    WHERE
        g.removed_at IS NULL
        AND ($1::uuid IS NULL OR g.fence_id > $1)
        AND ($2::text IS NULL OR $2 = ANY(g.area_ids))
        AND ($3::text IS NULL OR g.kind = $3)
        AND ($4::text IS NULL OR g.effect = $4)
        AND ($5::timestamptz IS NULL OR fence_stands(g, $5))
        AND ($6::uuid IS NULL OR g.fence_id = $6)
    ORDER BY g.fence_id
    LIMIT $8
) AS f ON true
ORDER BY f.fence_id
