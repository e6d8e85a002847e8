-- Every airport with its area.
SELECT
    ident, iata, icao, name, kind, lon, lat, iso_country, scheduled, time_zone, placed,
    placed_areas, km, covered_by, doubt
FROM airport
