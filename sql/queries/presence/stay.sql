-- The stay of a clearance with what was reported of it, and who may speak of it. $1 clearance.
SELECT
    c.clearance_id,
    c.trip_id,
    t.version,
    t.organization_id,
    t.personal,
    c.person_id,
    p.sponsor_person_id,
    c.area_id,
    c.state,
    c.arrive_at,
    c.valid_from,
    c.valid_to,
    arrival_of(c.clearance_id, c.trip_id, c.person_id, c.area_id, c.arrive, c.depart)
        AS arrived_at,
    r.briefed_at,
    r.departed_at,
    r.no_show_at,
    sc_now() AS now
FROM clearance AS c
INNER JOIN trip AS t ON t.trip_id = c.trip_id
LEFT JOIN person AS p ON p.person_id = c.person_id
LEFT JOIN stay_presence AS r ON r.clearance_id = c.clearance_id
WHERE c.clearance_id = $1
