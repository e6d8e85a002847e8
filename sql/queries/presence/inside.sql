-- People inside an area: the arrival is confirmed, or the stay has begun and nobody said anything;
-- no departure and no no-show. Whoever should have left is shown for 72 hours more. $1 area,
-- $2 clearance after which the page begins, $3 limit.
-- In order before anything is looked up for a stay: a page costs the look-ups of its own lines, not
-- those of everybody in the area.
SELECT
    c.clearance_id,
    c.trip_id,
    c.person_id,
    t.organization_id,
    c.state,
    a.arrived_at,
    c.arrive_at,
    c.depart_at,
    coalesce(c.depart_at < c.now, false) AS overstays
FROM (
    SELECT
        o.clearance_id, o.trip_id, o.person_id, o.area_id, o.state, o.arrive, o.depart,
        o.arrive_at, o.depart_at, o.valid_to, sc.now
    FROM (SELECT sc_now() AS now) AS sc
    INNER JOIN clearance AS o
        ON
            o.area_id = $1
            AND coalesce(o.valid_to, 'infinity'::timestamptz) > sc.now - INTERVAL '72 hours'
    WHERE o.clearance_id > $2 AND o.state NOT IN ('cancelled', 'superseded')
    ORDER BY o.clearance_id
    OFFSET 0
) AS c
LEFT JOIN LATERAL (
    SELECT p.departed_at, p.no_show_at
    FROM stay_presence AS p
    WHERE p.clearance_id = c.clearance_id
    OFFSET 0
) AS r ON true
CROSS JOIN LATERAL (
    SELECT
        arrival_of(c.clearance_id, c.trip_id, c.person_id, c.area_id, c.arrive, c.depart)
            AS arrived_at
    OFFSET 0
) AS a
CROSS JOIN LATERAL (
    SELECT o.organization_id FROM trip AS o WHERE o.trip_id = c.trip_id OFFSET 0
) AS t
WHERE
    r.departed_at IS NULL
    AND r.no_show_at IS NULL
    AND (
        (
            a.arrived_at IS NOT NULL
            AND coalesce(c.depart_at, 'infinity'::timestamptz) > c.now - INTERVAL '72 hours'
        )
        OR (
            c.state IN ('notified', 'cleared', 'approved')
            AND c.arrive_at <= c.now
            AND coalesce(c.valid_to, 'infinity'::timestamptz) > c.now
        )
    )
ORDER BY c.clearance_id
LIMIT $3
