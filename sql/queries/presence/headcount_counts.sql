-- How many people of a headcount stand how, of those in sight. $1 headcount, $2 everybody is,
-- $3 areas, $4 persons with their dependants.
SELECT
    e.status, e.basis, e.organization_id,
    count(*) AS people,
    count(*) FILTER (WHERE NOT e.has_phone) AS without_phone
FROM headcount_entry AS e
WHERE
    e.headcount_id = $1
    AND (
        $2::boolean
        OR e.area_id = ANY($3::text[])
        OR e.person_id = ANY($4::uuid[])
        OR e.sponsor_person_id = ANY($4::uuid[])
    )
GROUP BY e.status, e.basis, e.organization_id
ORDER BY e.status, e.basis, e.organization_id
