-- Writes the next of kin of many people. $1 the contacts.
INSERT INTO emergency_contact (person_id, position, name, relation, phone, language)
SELECT
    p.person_id,
    r.position,
    r.name,
    r.relation,
    r.phone,
    r.language
FROM
    jsonb_to_recordset($1::jsonb) AS r (
        person_id uuid, position smallint, name text, relation text, phone text, language text
    )
INNER JOIN person AS p ON p.person_id = r.person_id
