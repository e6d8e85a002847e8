-- Clearances whose window has ended. $1 windows that ended after, $2 limit. Area by area, by the
-- index of their windows.
SELECT
    w.clearance_id,
    w.trip_id,
    w.state,
    w.arrived,
    now.at AS now
FROM (SELECT sc_now() AS at) AS now
CROSS JOIN (SELECT area_id FROM area) AS a
CROSS JOIN LATERAL (
    SELECT
        c.clearance_id,
        c.trip_id,
        c.state,
        arrival_of(c.clearance_id, c.trip_id, c.person_id, c.area_id, c.arrive, c.depart)
            IS NOT NULL AS arrived
    FROM clearance AS c
    WHERE
        c.area_id = a.area_id
        AND coalesce(c.valid_to, 'infinity'::timestamptz) > $1
        AND coalesce(c.valid_to, 'infinity'::timestamptz) <= now.at
        AND c.state IN ('notified', 'cleared', 'approved', 'suspended')
    OFFSET 0
) AS w
LIMIT $2
