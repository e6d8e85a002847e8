-- Areas, for merging.
COPY area_in (
    area_id, name, name_en, name_fr, name_es, name_ru, name_zh, name_ar, name_generated, iso2,
    territory, iso_3166_2, iso_3166_2_status, kind, region, wikidata, lon, lat, vertex_lon,
    vertex_lat, area_km2, time_zone, time_zone_basis
) FROM STDIN
