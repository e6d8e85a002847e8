-- People and their dependants in a headcount, each looked up by key, with every response about
-- them, the latest observation first. $1 headcount, $2 persons.
SELECT
    e.person_id, e.area_id, e.basis, e.source, e.source_at, e.clearance_id, e.overstays,
    e.left_behind, e.organization_id, e.sponsor_person_id, e.has_phone, e.status, e.observed_at,
    r.responses::text AS responses
FROM (
    SELECT o.* FROM headcount_entry AS o
    WHERE o.headcount_id = $1 AND o.person_id = ANY($2::uuid[])
    UNION
    SELECT o.* FROM headcount_entry AS o
    WHERE o.headcount_id = $1 AND o.sponsor_person_id = ANY($2::uuid[])
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
