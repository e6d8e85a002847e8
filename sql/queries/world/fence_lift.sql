-- Takes fences away, after the world's version rose in the same transaction: their rows stay, so
-- that replicas hear of it. $1 ids, $2 who.
UPDATE fence AS f
SET
    removed_at = w.changed_at,
    removed_by = $2,
    world_version = w.version,
    version = f.version + 1
FROM world_state AS w
WHERE f.fence_id = ANY($1::uuid[]) AND f.removed_at IS NULL
