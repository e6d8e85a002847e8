-- A page of the people of a headcount in sight, by person, with every response about them, the
-- latest observation first. $1 headcount, $2 everybody is in sight, $3 areas, $4 persons with their
-- dependants, $5 status, $6 person after whom the page begins, $7 limit.
SELECT
    e.person_id, e.area_id, e.basis, e.source, e.source_at, e.clearance_id, e.overstays,
    e.left_behind, e.organization_id, e.sponsor_person_id, e.has_phone, e.status, e.observed_at,
    r.responses::text AS responses
FROM (
    SELECT
        o.person_id, o.area_id, o.basis, o.source, o.source_at, o.clearance_id, o.overstays,
        o.left_behind, o.organization_id, o.sponsor_person_id, o.has_phone, o.status,
        o.observed_at
    FROM headcount_entry AS o
    WHERE
        o.headcount_id = $1
        AND o.person_id > $6
        AND (o.status = $5 OR $5::text IS NULL)
        AND (
            $2::boolean
            OR o.area_id = ANY($3::text[])
            OR o.person_id = ANY($4::uuid[])
            OR o.sponsor_person_id = ANY($4::uuid[])
        )
    ORDER BY o.person_id
    LIMIT $7
) AS e
LEFT JOIN LATERAL (
    SELECT
        json_agg(
            json_build_object(
                'change', a.change, 'status', a.status, 'observed_at', a.observed_at,
                'recorded_at', a.recorded_at, 'recorded_by', a.recorded_by,
                'channel', a.channel, 'note', a.note, 'area_id', a.area_id
            )
            ORDER BY a.observed_at DESC, a.change DESC
        ) AS responses
    FROM headcount_response AS a
    WHERE a.headcount_id = $1 AND a.person_id = e.person_id
) AS r ON true
ORDER BY e.person_id
