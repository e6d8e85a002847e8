-- Who is behind a row of issuer and subject. $1 the row.
SELECT
    i.identity_id,
    i.person_id,
    i.client_id,
    c.organization_id
FROM person_identity AS i
LEFT JOIN client AS c USING (client_id)
WHERE i.identity_id = $1 AND i.disabled_at IS NULL
