-- Organizations whose head has left a mission request without an answer for a day or more, and was
-- not reminded of that day; with who the heads are now, else headquarters.
SELECT
    m.mscr_id,
    m.area_ids,
    q.organization_id,
    d.round,
    coalesce(h.persons, u.persons) AS persons,
    sc_now() AS now
FROM mscr AS m
INNER JOIN mscr_consent AS q ON q.mscr_id = m.mscr_id
CROSS JOIN LATERAL (
    SELECT floor(extract(EPOCH FROM sc_now() - m.opened_at) / 86400)::integer AS round
) AS d
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT f.person_id) AS persons
    FROM appointment_in_force AS f
    WHERE f.role = 'executive_head' AND f.organization_id = q.organization_id
        AND f.person_id IS NOT NULL
) AS h
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT f.person_id), '{}') AS persons
    FROM appointment_in_force AS f
    WHERE f.role = 'usg' AND f.person_id IS NOT NULL
) AS u
WHERE
    m.state NOT IN ('granted', 'refused')
    AND m.window_to >= (sc_now() AT TIME ZONE 'UTC')::date
    AND q.decision IS NULL
    AND d.round >= 1
    AND NOT EXISTS (
        SELECT
        FROM consent_reminder AS r
        WHERE r.mscr_id = m.mscr_id AND r.organization_id = q.organization_id
            AND r.round = d.round
    )
ORDER BY m.mscr_id, q.organization_id
LIMIT 200
