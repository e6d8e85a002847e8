-- Permissions to use an operator, the latest first. $1 code, $2 every organization,
-- $3 organizations, $4 and $5 before time and id, $6 one alone, $7 how many.
SELECT
    p.authorization_id,
    p.organization_id,
    p.kind,
    p.trip_id,
    p.valid_from,
    p.valid_to,
    p.reason,
    p.fingerprint,
    p.given_by,
    p.given_at
FROM operator_authorization AS p
WHERE
    p.code = $1
    AND ($2 OR p.organization_id = ANY($3::text[]))
    AND ($4::timestamptz IS NULL OR (p.given_at, p.authorization_id) < ($4, $5::uuid))
    AND ($6::uuid IS NULL OR p.authorization_id = $6)
ORDER BY p.given_at DESC, p.authorization_id DESC
LIMIT $7
