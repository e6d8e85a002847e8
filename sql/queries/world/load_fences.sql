-- Fences that were made, changed or taken away after a version of the world.
SELECT
    fence_id, kind, name, effect, valid_from, valid_until, hours_from, hours_to, area_ids, shape,
    version, removed_at IS NOT NULL AS removed
FROM fence
WHERE world_version > $1
ORDER BY fence_id
