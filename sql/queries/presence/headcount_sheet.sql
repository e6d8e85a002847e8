-- The people of a headcount in one area, in sight, by name, with how they are reached: for a list
-- on paper. $1 headcount, $2 everybody is in sight, $3 areas, $4 persons with their dependants, $5
-- area, $6 status or none.
SELECT
    e.person_id, p.family_name, p.given_names, p.staff_no, p.category, e.organization_id, e.basis,
    e.source, e.source_at, e.overstays, e.left_behind,
    concat_ws(' ', s.given_names, s.family_name) AS sponsor, k.contacts, e.status, e.observed_at
FROM headcount_entry AS e
LEFT JOIN LATERAL (
    SELECT o.family_name, o.given_names, o.staff_no, o.category
    FROM person AS o
    WHERE o.person_id = e.person_id
    OFFSET 0
) AS p ON true
LEFT JOIN LATERAL (
    SELECT o.family_name, o.given_names
    FROM person AS o
    WHERE o.person_id = e.sponsor_person_id
    OFFSET 0
) AS s ON true
CROSS JOIN LATERAL (
    SELECT string_agg(c.kind || ' ' || c.value, '; ' ORDER BY c.position) AS contacts
    FROM person_contact AS c
    WHERE c.person_id = e.person_id
) AS k
WHERE
    e.headcount_id = $1
    AND e.area_id = $5
    AND (
        $2::boolean
        OR e.area_id = ANY($3::text[])
        OR e.person_id = ANY($4::uuid[])
        OR e.sponsor_person_id = ANY($4::uuid[])
    )
    AND (e.status = $6 OR $6::text IS NULL)
ORDER BY p.family_name, p.given_names, e.person_id
