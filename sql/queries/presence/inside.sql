-- People inside an area: the arrival is confirmed, or the stay has begun and nobody said anything;
-- no departure and no no-show. Whoever should have left is shown for 72 hours more. $1 area,
-- $2 clearance after which the page begins, $3 limit.
SELECT
    c.clearance_id,
    c.trip_id,
    c.person_id,
    t.organization_id,
    c.state,
    a.arrived_at,
    c.arrive_at,
    c.depart_at,
    coalesce(c.depart_at < now.at, false) AS overstays
FROM (SELECT sc_now() AS at) AS now
INNER JOIN clearance AS c
    ON
        c.area_id = $1
        AND coalesce(c.valid_to, 'infinity'::timestamptz) > now.at - INTERVAL '72 hours'
INNER JOIN trip AS t ON t.trip_id = c.trip_id
LEFT JOIN stay_presence AS r ON r.clearance_id = c.clearance_id
CROSS JOIN LATERAL (
    SELECT
        arrival_of(c.clearance_id, c.trip_id, c.person_id, c.area_id, c.arrive, c.depart)
            AS arrived_at
) AS a
WHERE
    c.clearance_id > $2
    AND r.departed_at IS NULL
    AND r.no_show_at IS NULL
    AND (
        (
            a.arrived_at IS NOT NULL
            AND c.state NOT IN ('cancelled', 'superseded')
            AND coalesce(c.depart_at, 'infinity'::timestamptz) > now.at - INTERVAL '72 hours'
        )
        OR (
            c.state IN ('notified', 'cleared', 'approved')
            AND c.arrive_at <= now.at
            AND coalesce(c.valid_to, 'infinity'::timestamptz) > now.at
        )
    )
ORDER BY c.clearance_id
LIMIT $3
