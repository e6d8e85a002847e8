-- Fences that were made, changed, taken away or forgotten after a version of the world; for the
-- whole world, those that are there.
SELECT
    f.fence_id, f.kind, f.name, f.effect, f.valid_from, f.valid_until, f.hours_from, f.hours_to,
    f.area_ids, f.version, g.removed, CASE WHEN NOT g.removed THEN f.shape END AS shape
FROM fence AS f
CROSS JOIN LATERAL (
    SELECT f.removed_at IS NOT NULL OR f.forgotten_at IS NOT NULL AS removed
) AS g
WHERE f.world_version > $1 AND ($1 > 0 OR NOT g.removed)
ORDER BY f.fence_id
