-- Whom the tokens of the machines mean.
INSERT INTO person_identity (identity_id, issuer, subject, client_id)
SELECT
    r.identity_id,
    $2,
    r.subject,
    r.client_id
FROM
    jsonb_to_recordset($1::jsonb) AS r (identity_id uuid, subject text, client_id uuid)
ON CONFLICT (issuer, subject) DO NOTHING
