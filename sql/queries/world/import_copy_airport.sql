-- Airports, each with its area.
COPY airport (
    ident, iata, icao, name, kind, lon, lat, elevation_ft, iso_country, iso_region, municipality,
    scheduled, time_zone, placed, placed_areas, km, covered_by, doubt
) FROM STDIN
