-- The traveller beside what every item tells. $1 person.
SELECT
    p.functional_title,
    p.duty_station_area_id,
    p.status,
    p.languages,
    (
        SELECT
            coalesce(
                json_agg(
                    json_build_object(
                        'kind', k.kind, 'value', k.value, 'verified_at', k.verified_at
                    )
                    ORDER BY k.position
                ),
                '[]'
            )
        FROM person_contact AS k
        WHERE k.person_id = p.person_id
    ) AS contacts
FROM person AS p
WHERE p.person_id = $1
