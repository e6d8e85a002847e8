-- Prolongs a lease that has not ended. $1 clearance, $2 its holder, $3 the lease in seconds.
-- Answered before it is on disk, as `claim_dealt` is.
WITH item AS (
    SELECT c.clearance_id, c.entries
    FROM clearance AS c
    WHERE c.clearance_id = $1
    FOR NO KEY UPDATE
)
UPDATE desk_lease AS l
SET leased_until = sc_now() + $3::double precision * interval '1 second'
FROM item AS i
WHERE l.clearance_id = i.clearance_id AND l.entries = i.entries AND l.holder_id = $2
    AND l.leased_until > sc_now()
RETURNING
    l.clearance_id, l.claimed_at, l.leased_until,
    set_config('synchronous_commit', 'off', true)
