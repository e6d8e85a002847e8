-- The family and guests of a person whom the caller sees. $1 the person.
SELECT
    p.person_id,
    p.family_name,
    p.given_names,
    p.category,
    p.status,
    p.relation,
    p.recognised,
    p.resides_at_duty_station
FROM person AS p
WHERE p.sponsor_person_id = $1
ORDER BY p.person_id
