-- What was imported beside areas, airports and cities.
SELECT
    (SELECT count(*) FROM country) AS countries,
    (SELECT count(*) FROM territory) AS territories,
    (SELECT count(*) FROM subdivision) AS subdivisions,
    (SELECT count(*) FROM openflights_airline) AS airlines,
    EXISTS (SELECT FROM area_state WHERE demonstration) AS demonstration
