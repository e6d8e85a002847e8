-- Takes a lease on one item, or prolongs the caller's own; no row where another holds it, or nobody
-- has to act on it. $1 clearance, $2 the caller, $3 the lease in seconds. Decisions lock the same
-- row.
-- Answered before it is on disk, as `claim_dealt` is.
WITH item AS (
    SELECT c.clearance_id, c.entries
    FROM clearance AS c
    WHERE c.clearance_id = $1 AND c.queue_state IS NOT NULL
    FOR NO KEY UPDATE
)
INSERT INTO desk_lease AS l (clearance_id, entries, holder_id, claimed_at, leased_until)
SELECT i.clearance_id, i.entries, $2, now.at, now.at + $3::double precision * interval '1 second'
FROM item AS i
CROSS JOIN (SELECT sc_now() AS at) AS now
ON CONFLICT (clearance_id) DO UPDATE SET
    entries = excluded.entries, holder_id = excluded.holder_id,
    claimed_at = CASE
        WHEN
            l.holder_id = excluded.holder_id AND l.entries = excluded.entries
            AND l.leased_until > excluded.claimed_at
            THEN l.claimed_at
        ELSE excluded.claimed_at
    END,
    leased_until = excluded.leased_until
WHERE l.holder_id = excluded.holder_id OR l.leased_until <= excluded.claimed_at
    OR l.entries <> excluded.entries
RETURNING
    l.clearance_id, l.claimed_at, l.leased_until,
    set_config('synchronous_commit', 'off', true)
