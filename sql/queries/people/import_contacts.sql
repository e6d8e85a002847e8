-- Writes the contacts of many people. $1 the contacts.
INSERT INTO person_contact (person_id, position, kind, value)
SELECT
    p.person_id,
    r.position,
    r.kind,
    r.value
FROM
    jsonb_to_recordset($1::jsonb) AS r (
        person_id uuid, position smallint, kind text, value text
    )
INNER JOIN person AS p ON p.person_id = r.person_id
