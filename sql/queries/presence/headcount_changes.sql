-- Responses of a headcount after a number, of people in sight, and how far the headcount has come.
-- $1 headcount, $2 the number, $3 everybody is in sight, $4 areas, $5 persons with their
-- dependants, $6 limit. The row without a person says how far, and, at the end, when it was closed.
WITH looked AS (
    SELECT r.change, r.person_id, r.status, r.observed_at, r.shown
    FROM headcount_response AS r
    WHERE r.headcount_id = $1 AND r.change > $2
    ORDER BY r.change
    LIMIT $6
)
SELECT
    l.change, l.person_id, l.status, l.observed_at, l.shown, NULL::timestamptz AS closed_at
FROM looked AS l
INNER JOIN headcount_entry AS e ON e.headcount_id = $1 AND e.person_id = l.person_id
WHERE
    $3::boolean
    OR e.area_id = ANY($4::text[])
    OR e.person_id = ANY($5::uuid[])
    OR e.sponsor_person_id = ANY($5::uuid[])
UNION ALL
SELECT
    u.upto, NULL, NULL, NULL, NULL,
    CASE WHEN u.upto = h.changes THEN h.closed_at END
FROM headcount AS h
CROSS JOIN LATERAL (
    SELECT coalesce((SELECT max(l.change) FROM looked AS l), h.changes) AS upto
) AS u
WHERE h.headcount_id = $1
ORDER BY change, person_id NULLS LAST
