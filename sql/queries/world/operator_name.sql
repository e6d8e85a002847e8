-- The name of an operator in the directory, for display alone. $1 code.
SELECT o.name
FROM openflights_airline AS o
WHERE o.iata = $1 OR o.icao = $1
ORDER BY o.active DESC, o.openflights_id
LIMIT 1
