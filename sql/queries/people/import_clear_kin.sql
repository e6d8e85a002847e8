-- Takes the next of kin of people away, to be written anew. $1 people.
DELETE FROM emergency_contact AS e
WHERE e.person_id = ANY($1::uuid[])
