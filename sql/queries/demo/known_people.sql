SELECT
    sc_now() AS now,
    array(SELECT p.person_id FROM person AS p WHERE p.person_id = any($1::uuid [])) AS known
