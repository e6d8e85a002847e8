-- Fences that ended before a time leave the loaded world: its version rises so that every replica
-- hears of it, and the revisions of areas stay, for no decision changes. $1 the time.
WITH past AS (
    SELECT f.fence_id
    FROM fence AS f
    WHERE
        f.removed_at IS NULL
        AND f.forgotten_at IS NULL
        AND f.valid_until < $1
        AND (f.ended_at IS NOT NULL OR f.effect NOT IN ('deny', 'mscr'))
),

raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = sc_now()
    WHERE EXISTS (SELECT FROM past)
    RETURNING version, changed_at
),

gone AS (
    UPDATE fence AS f
    SET forgotten_at = r.changed_at, world_version = r.version
    FROM raised AS r, past AS p
    WHERE f.fence_id = p.fence_id
)

SELECT r.version, pg_notify('world', r.version::text) FROM raised AS r
