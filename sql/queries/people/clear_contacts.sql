-- Takes the contacts of a person away, to be written anew. $1 person, $2 the revision it has now.
DELETE FROM person_contact AS c
USING person AS p
WHERE c.person_id = $1 AND p.person_id = $1 AND p.revision = $2
