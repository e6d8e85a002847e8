-- Areas in which people of a headcount are in sight, by id. $1 headcount, $2 everybody is in sight,
-- $3 areas, $4 persons with their dependants, $5 one area or none.
SELECT DISTINCT e.area_id
FROM headcount_entry AS e
WHERE
    e.headcount_id = $1
    AND (
        $2::boolean
        OR e.area_id = ANY($3::text[])
        OR e.person_id = ANY($4::uuid[])
        OR e.sponsor_person_id = ANY($4::uuid[])
    )
    AND (e.area_id = $5 OR $5::text IS NULL)
ORDER BY e.area_id
