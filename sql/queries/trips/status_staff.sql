-- Whom staff numbers name. $1 organizations and $2 staff numbers, one line each; a number that
-- nobody has, has no row.
SELECT q.number, p.person_id, p.sponsor_person_id, p.organization_id AS person_organization_id
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS q (organization_id, staff_no, number)
INNER JOIN person AS p ON p.organization_id = q.organization_id AND p.staff_no = q.staff_no
