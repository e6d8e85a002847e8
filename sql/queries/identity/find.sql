-- Whom an issuer's subject means here.
SELECT
    i.identity_id,
    i.person_id,
    i.client_id,
    c.organization_id
FROM person_identity AS i
LEFT JOIN client AS c USING (client_id)
WHERE i.issuer = $1 AND i.subject = $2 AND i.disabled_at IS NULL
