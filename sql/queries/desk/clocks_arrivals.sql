-- Positive stays whose arrival should have been confirmed a day ago, and of which nobody said
-- anything: those over which the clock has not rung, and those that nobody came to (R-1005).
-- $1 arrivals after, $2 hours after which the clock rings, $3 hours after which it is over,
-- $4 limit.
SELECT
    c.clearance_id,
    c.trip_id,
    t.version,
    t.organization_id,
    t.personal,
    t.requester_id,
    c.person_id,
    c.area_id,
    c.state,
    c.arrive_at <= now.at - make_interval(hours => $3::integer) AS nobody_comes,
    n.clock IS NOT NULL AS rang,
    now.at AS now
FROM (SELECT sc_now() AS at) AS now
INNER JOIN clearance AS c
    ON
        c.confirms_arrival
        AND c.arrive_at > $1
        AND c.arrive_at <= now.at - make_interval(hours => $2::integer)
INNER JOIN trip AS t ON t.trip_id = c.trip_id
LEFT JOIN clock_notice AS n
    ON n.clearance_id = c.clearance_id AND n.clock = 'overdue_arrival' AND n.round = 0
WHERE
    c.state IN ('cleared', 'approved')
    AND c.kind = 'stay'
    AND (n.clock IS NULL OR c.arrive_at <= now.at - make_interval(hours => $3::integer))
    AND arrival_of(c.clearance_id, c.trip_id, c.person_id, c.area_id, c.arrive, c.depart) IS NULL
ORDER BY c.arrive_at, c.clearance_id
LIMIT $4
