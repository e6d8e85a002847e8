-- People who may be named, with their organization. $1 ids.
SELECT
    p.person_id,
    p.organization_id
FROM person AS p
WHERE p.person_id = ANY($1::uuid[]) AND p.status <> 'deactivated'
