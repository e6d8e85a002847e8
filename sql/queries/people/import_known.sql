-- Who of an organization is known by these numbers. $1 the organization, $2 the numbers.
SELECT
    p.staff_no,
    p.person_id,
    p.revision
FROM person AS p
WHERE p.organization_id = $1 AND p.staff_no = ANY($2::text[])
