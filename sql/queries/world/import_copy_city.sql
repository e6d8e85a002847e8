-- Cities, each with its area.
COPY city (
    geoname_id, name, lon, lat, iso2, gn_adm1, population, time_zone, placed, placed_areas, km,
    covered_by, doubt
) FROM STDIN
