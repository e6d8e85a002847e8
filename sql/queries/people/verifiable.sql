-- A person whose certificates the caller may verify. $1 person, $2 everybody, $3 areas,
-- $4 countries: whoever is posted there or has a live stay there.
SELECT
    p.person_id,
    p.revision,
    sc_now() AS now
FROM person AS p
LEFT JOIN area AS home ON home.area_id = p.duty_station_area_id
WHERE
    p.person_id = $1
    AND (
        $2::boolean
        OR p.duty_station_area_id = ANY($3::text[])
        OR home.iso2 = ANY($4::text[])
        OR EXISTS (
            SELECT
            FROM trip_traveller AS t
            INNER JOIN clearance AS c ON c.trip_id = t.trip_id AND c.person_id = t.person_id
            LEFT JOIN area AS a ON a.area_id = c.area_id
            WHERE
                t.person_id = p.person_id
                AND t.covers_until >= sc_now()
                AND t.live
                AND coalesce(c.valid_to, 'infinity') >= sc_now()
                AND c.state NOT IN (
                    'cancelled', 'superseded', 'expired', 'completed', 'denied', 'revoked'
                )
                AND (c.area_id = ANY($3::text[]) OR a.iso2 = ANY($4::text[]))
        )
    )
