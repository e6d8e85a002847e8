-- Fences that stand, with the areas they touch. $1 ids.
SELECT f.fence_id, f.area_ids
FROM fence AS f
WHERE f.fence_id = ANY($1::uuid[]) AND f.removed_at IS NULL
ORDER BY f.fence_id
