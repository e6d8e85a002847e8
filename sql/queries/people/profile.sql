-- A person within the caller's sight. $1 person; $2 to $6 the scope: everything, persons,
-- organizations, areas, countries. Security staff see whoever has a live stay in their land.
SELECT
    p.person_id,
    p.organization_id,
    p.staff_no,
    p.family_name,
    p.given_names,
    p.full_name_local,
    p.category,
    p.recruitment,
    p.status,
    p.functional_title,
    p.senior_official,
    p.duty_station_area_id,
    p.sponsor_person_id,
    p.relation,
    p.languages,
    p.residence_place,
    p.residence_lon::double precision AS residence_lon,
    p.residence_lat::double precision AS residence_lat,
    p.medical_valid_to,
    p.revision,
    coalesce(
        (
            SELECT
                jsonb_agg(
                    jsonb_build_object(
                        'kind', c.kind, 'value', c.value, 'verified_at', c.verified_at
                    )
                    ORDER BY c.position
                )
            FROM person_contact AS c
            WHERE c.person_id = p.person_id
        ),
        '[]'
    ) AS contacts,
    coalesce(
        (
            SELECT
                jsonb_agg(
                    jsonb_build_object(
                        'name', e.name, 'relation', e.relation, 'phone', e.phone,
                        'language', e.language
                    )
                    ORDER BY e.position
                )
            FROM emergency_contact AS e
            WHERE e.person_id = p.person_id
        ),
        '[]'
    ) AS emergency_contacts,
    away.from_day,
    away.to_day,
    land.seen AS in_land,
    sc_now() AS now
FROM person AS p
LEFT JOIN LATERAL (
    SELECT
        t.starts_at::date AS from_day,
        CASE WHEN isfinite(t.ends_at) THEN t.ends_at::date END AS to_day
    FROM trip_traveller AS t
    WHERE
        t.person_id = p.person_id
        AND t.covers_until >= sc_now()
        AND t.personal
        AND t.live
        AND t.ends_at >= sc_now()
    ORDER BY t.starts_at
    LIMIT 1
) AS away ON TRUE
CROSS JOIN LATERAL (
    SELECT
        EXISTS (
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
                AND (c.area_id = ANY($5::text[]) OR a.iso2 = ANY($6::text[]))
        ) AS seen
) AS land
WHERE
    p.person_id = $1
    AND (
        $2::boolean
        OR p.person_id = ANY($3::uuid[])
        OR p.sponsor_person_id = ANY($3::uuid[])
        OR p.organization_id = ANY($4::text[])
        OR land.seen
    )
