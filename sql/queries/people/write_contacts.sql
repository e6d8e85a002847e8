-- Writes the contacts of a person, best first; a value that was verified before stays so only
-- where the caller says when. $1 person, $2 the revision it has now, $3 the contacts.
INSERT INTO person_contact (person_id, position, kind, value, verified_at)
SELECT
    p.person_id,
    r.position,
    r.kind,
    r.value,
    r.verified_at
FROM person AS p
CROSS JOIN
    jsonb_to_recordset($3::jsonb) AS r (
        position smallint, kind text, value text, verified_at timestamptz
    )
WHERE p.person_id = $1 AND p.revision = $2
