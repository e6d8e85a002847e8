-- Every city with its area.
SELECT
    geoname_id, name, lon, lat, iso2, population, time_zone, placed, placed_areas, km, covered_by,
    doubt
FROM city
