-- Raises the revision of a person that nobody changed in between; answers nothing where somebody
-- did. $1 person, $2 the revision that was read.
UPDATE person
SET
    revision = revision + 1,
    updated_at = sc_now()
WHERE person_id = $1 AND revision = $2
RETURNING revision
