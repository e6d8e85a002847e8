-- The area each town was put into at import.
SELECT
    geoname_id,
    placed_areas[1] AS area_id
FROM city
WHERE placed <> 'uncertain'
