-- Fences redrawn as the service writes one, save that nobody is decided again: rows 9 and 10 measure
-- that. :fences how many of them, :from the id to begin with.
BEGIN;
SELECT lock_world_exclusive();
UPDATE world_state SET version = version + 1, changed_at = sc_now();
UPDATE fence AS f
SET version = f.version + 1, world_version = w.version, changed_at = w.changed_at
FROM world_state AS w
WHERE f.fence_id IN (
    SELECT o.fence_id
    FROM fence AS o
    WHERE o.removed_at IS NULL AND o.fence_id >= :'from'
    ORDER BY o.fence_id
    LIMIT :fences
);
SELECT pg_notify('world', version::text) FROM world_state;
COMMIT;
