-- Takes leases on items for those they were dealt to: never two holders. $1 clearances, $2 the
-- moves each had when it was looked at, $3 for whom, $4 the lease in seconds. What another worker
-- has locked, moved or taken meanwhile is passed over. Decisions lock the same rows.
-- Answered before it is on disk: a lease that a crash of the server takes back has ended early, and
-- a decision looks for it anew. Its notice holds one lock until the commit is done, all over the
-- server; waiting for the disk under that lock, claims would go one by one.
WITH asked AS MATERIALIZED (
    SELECT $1::uuid[] AS items, $2::integer[] AS entries, $3::uuid[] AS holders
),
free AS (
    SELECT c.clearance_id, c.entries, d.holder_id
    FROM asked AS a
    CROSS JOIN LATERAL unnest(a.items, a.entries, a.holders) AS d (clearance_id, entries, holder_id)
    INNER JOIN clearance AS c ON c.clearance_id = d.clearance_id
    WHERE c.entries = d.entries AND c.queue_state IS NOT NULL
    ORDER BY c.clearance_id
    FOR NO KEY UPDATE OF c SKIP LOCKED
)
INSERT INTO desk_lease AS l (clearance_id, entries, holder_id, claimed_at, leased_until)
SELECT
    f.clearance_id, f.entries, f.holder_id, now.at,
    now.at + $4::double precision * interval '1 second'
FROM free AS f
CROSS JOIN (SELECT sc_now() AS at) AS now
ON CONFLICT (clearance_id) DO UPDATE SET
    entries = excluded.entries, holder_id = excluded.holder_id,
    claimed_at = excluded.claimed_at, leased_until = excluded.leased_until
WHERE l.leased_until <= excluded.claimed_at OR l.entries <> excluded.entries
RETURNING
    l.clearance_id, l.holder_id, l.claimed_at, l.leased_until,
    set_config('synchronous_commit', 'off', true)
