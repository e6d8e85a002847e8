-- Days on which areas and countries do not work; what is long past is left out.
SELECT area_id, country, day
FROM holiday
WHERE day > (sc_now() - INTERVAL '60 days')::date
