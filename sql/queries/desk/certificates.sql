-- What a traveller has been taught, newest first. $1 person.
SELECT
    k.course,
    k.completed_on,
    k.expires_on,
    k.state
FROM certificate AS k
WHERE k.person_id = $1
ORDER BY k.completed_on DESC, k.course
