-- Areas that are known, with their countries.
SELECT area_id, iso2
FROM area
WHERE area_id = ANY($1::text[])
