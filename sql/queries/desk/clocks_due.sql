-- What waits and is to be looked at, the longest due first, with the clocks that rang over it.
-- $1 limit.
SELECT
    k.clearance_id,
    k.entry,
    c.trip_id,
    t.version,
    t.organization_id,
    t.personal,
    t.requester_id,
    c.person_id,
    c.area_id,
    c.state,
    c.decider_role,
    c.moved_at,
    t.starts_at,
    c.valid_to,
    sc_now() AS now,
    ARRAY(
        SELECT n.clock || ':' || n.round
        FROM clock_notice AS n
        WHERE n.clearance_id = k.clearance_id
    ) AS rang
FROM clearance_clock AS k
INNER JOIN clearance AS c ON c.clearance_id = k.clearance_id
INNER JOIN trip AS t ON t.trip_id = c.trip_id
WHERE k.next_at <= (SELECT sc_now())
ORDER BY k.next_at, k.clearance_id
LIMIT $1
