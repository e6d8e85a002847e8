-- The office in which a person assesses an area; null where there is none. No row where there is
-- no such area. $1 area, $2 person, $3 offices.
SELECT office_over($1, $2, $3::text[], true) AS office, sc_now() AS now
FROM area AS a
WHERE a.area_id = $1
