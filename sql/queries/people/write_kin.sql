-- Writes the next of kin of a person. $1 person, $2 the revision it has now, $3 the contacts.
INSERT INTO emergency_contact (person_id, position, name, relation, phone, language)
SELECT
    p.person_id,
    r.position,
    r.name,
    r.relation,
    r.phone,
    r.language
FROM person AS p
CROSS JOIN
    jsonb_to_recordset($3::jsonb) AS r (
        position smallint, name text, relation text, phone text, language text
    )
WHERE p.person_id = $1 AND p.revision = $2
