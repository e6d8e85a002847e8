-- Who is to arrive in an area on its local days, flight by flight, with the leader of the group and
-- how to reach them. Clearances that ended without a journey are left out. $1 area, $2 its time
-- zone, $3 and $4 first and last day (none: today, a week), $5 flight, $6 to $8 arrival, flight and
-- clearance after which the page begins, $9 limit.
SELECT
    c.clearance_id,
    c.trip_id,
    t.reference,
    c.person_id,
    tt.role,
    t.organization_id,
    c.state,
    c.arrive,
    c.arrive_at,
    f.flight,
    a.arrived_at,
    r.no_show_at,
    l.person_id AS leader_id,
    l.contacts::text AS leader_contacts
FROM (
    SELECT
        coalesce($3, (sc_now() AT TIME ZONE $2)::date) AS first_day,
        coalesce($4, coalesce($3, (sc_now() AT TIME ZONE $2)::date) + 6) AS last_day
) AS days
INNER JOIN clearance AS c
    ON
        c.area_id = $1
        AND coalesce(c.valid_to, 'infinity'::timestamptz)
        >= days.first_day::timestamp AT TIME ZONE $2
INNER JOIN trip AS t ON t.trip_id = c.trip_id
LEFT JOIN trip_traveller AS tt ON tt.trip_id = c.trip_id AND tt.person_id = c.person_id
LEFT JOIN stay_presence AS r ON r.clearance_id = c.clearance_id
CROSS JOIN LATERAL (
    SELECT
        arrival_of(c.clearance_id, c.trip_id, c.person_id, c.area_id, c.arrive, c.depart)
            AS arrived_at
) AS a
CROSS JOIN LATERAL (
    SELECT
        coalesce(
            (
                SELECT coalesce(s.value ->> 'flight_no', s.value ->> 'carrier_code')
                FROM json_array_elements(t.body -> 'segments') AS s (value)
                WHERE (s.value ->> 'arrives_at')::timestamptz = c.arrive_at
                LIMIT 1
            ),
            ''
        ) AS flight
) AS f
LEFT JOIN LATERAL (
    SELECT
        o.person_id,
        (
            SELECT
                json_agg(
                    json_build_object('kind', pc.kind, 'value', pc.value) ORDER BY pc.position
                )
            FROM person_contact AS pc
            WHERE pc.person_id = o.person_id
        ) AS contacts
    FROM trip_traveller AS o
    WHERE o.trip_id = c.trip_id AND o.role = 'leader'
    ORDER BY o.person_id
    LIMIT 1
) AS l ON true
WHERE
    c.kind = 'stay'
    AND c.arrive BETWEEN days.first_day AND days.last_day
    AND c.state NOT IN ('cancelled', 'superseded', 'expired', 'denied', 'revoked')
    AND ($5::text IS NULL OR f.flight = $5)
    AND (
        $6::timestamptz IS NULL
        OR (c.arrive_at, f.flight, c.clearance_id) > ($6, $7::text, $8::uuid)
    )
ORDER BY c.arrive_at, f.flight, c.clearance_id
LIMIT $9
