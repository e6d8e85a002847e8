-- Areas that are new or differ; none is ever taken away, for clearances name it.
INSERT INTO area AS known
SELECT * FROM area_in
ON CONFLICT (area_id) DO UPDATE SET
    name = excluded.name,
    name_en = excluded.name_en,
    name_fr = excluded.name_fr,
    name_es = excluded.name_es,
    name_ru = excluded.name_ru,
    name_zh = excluded.name_zh,
    name_ar = excluded.name_ar,
    name_generated = excluded.name_generated,
    iso2 = excluded.iso2,
    territory = excluded.territory,
    iso_3166_2 = excluded.iso_3166_2,
    iso_3166_2_status = excluded.iso_3166_2_status,
    kind = excluded.kind,
    region = excluded.region,
    wikidata = excluded.wikidata,
    lon = excluded.lon,
    lat = excluded.lat,
    vertex_lon = excluded.vertex_lon,
    vertex_lat = excluded.vertex_lat,
    area_km2 = excluded.area_km2,
    time_zone = excluded.time_zone,
    time_zone_basis = excluded.time_zone_basis
WHERE known.time_zone_basis <> 'set'
