-- Who holds what in queues, the lease taken first on top. $1 areas, $2 headquarters' queue too, $3
-- holder, $4 and $5 only after this place, $6 at most.
SELECT
    l.clearance_id,
    l.holder_id,
    l.claimed_at,
    l.leased_until,
    c.area_id,
    c.queue_state AS state,
    c.trip_id
FROM desk_lease AS l
INNER JOIN clearance AS c ON c.clearance_id = l.clearance_id AND c.entries = l.entries
WHERE
    l.leased_until > sc_now()
    AND c.queue_state IS NOT NULL
    AND (c.queue_area_id = ANY($1::text[]) OR ($2 AND c.queue_area_id IS NULL))
    AND ($3::uuid IS NULL OR l.holder_id = $3)
    AND (l.claimed_at, l.clearance_id) > ($4::timestamptz, $5::uuid)
ORDER BY l.claimed_at, l.clearance_id
LIMIT $6
