-- Takes the contacts of people away, to be written anew. $1 people.
DELETE FROM person_contact AS c
WHERE c.person_id = ANY($1::uuid[])
