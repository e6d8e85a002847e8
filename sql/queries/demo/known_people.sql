-- Which of these people are there already, and the time.
SELECT
    sc_now() AS now,
    ARRAY(SELECT p.person_id FROM person AS p WHERE p.person_id = ANY($1::uuid[])) AS known
