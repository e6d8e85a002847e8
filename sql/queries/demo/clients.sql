-- Machine clients of the cast.
INSERT INTO client (client_id, name, organization_id)
SELECT
    r.client_id,
    r.name,
    r.organization_id
FROM
    jsonb_to_recordset($1::jsonb) AS r (client_id uuid, name text, organization_id text)
ON CONFLICT (client_id) DO NOTHING
