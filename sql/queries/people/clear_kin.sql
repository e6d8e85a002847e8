-- Takes the next of kin of a person away, to be written anew. $1 person, $2 the revision it has
-- now.
DELETE FROM emergency_contact AS e
USING person AS p
WHERE e.person_id = $1 AND p.person_id = $1 AND p.revision = $2
