-- A headcount, if it is about an area or a person in sight. $1 headcount, $2 everything is, $3
-- areas, $4 persons with their dependants.
SELECT
    h.headcount_id, h.area_ids, h.polygon::text AS polygon, h.reason, h.as_of, h.opened_by,
    h.closed_at, h.closed_by, h.changes
FROM headcount AS h
WHERE
    h.headcount_id = $1
    AND (
        $2::boolean
        OR h.area_ids && $3::text[]
        OR EXISTS (
            SELECT
            FROM headcount_entry AS e
            WHERE e.headcount_id = h.headcount_id AND e.person_id = ANY($4::uuid[])
        )
        OR EXISTS (
            SELECT
            FROM headcount_entry AS e
            WHERE e.headcount_id = h.headcount_id AND e.sponsor_person_id = ANY($4::uuid[])
        )
    )
