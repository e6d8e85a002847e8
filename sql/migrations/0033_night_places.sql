-- The places taken on nights are looked up one by one, also by a plan that was made while nobody
-- had taken any: such a plan is kept while the tables fill, and read all of them for every night.
CREATE OR REPLACE FUNCTION night_places(
    areas text[], nights date[], kinds text[], keys text[]
)
RETURNS TABLE (
    area_id text, night date, key_kind text, key text, committed integer, residents integer
)
LANGUAGE sql STABLE
AS $$
SELECT
    a.area_id, a.night, a.key_kind, a.key,
    coalesce(n.committed, 0),
    greatest(coalesce(r.residents, 0) - coalesce(n.away, 0), 0)
FROM unnest(areas, nights, kinds, keys) AS a (area_id, night, key_kind, key)
LEFT JOIN LATERAL (
    SELECT c.committed, c.away
    FROM night_count AS c
    WHERE c.area_id = a.area_id AND c.night = a.night
        AND c.key_kind = a.key_kind AND c.key = a.key
    OFFSET 0
) AS n ON true
LEFT JOIN LATERAL (
    SELECT c.residents
    FROM resident_count AS c
    WHERE c.area_id = a.area_id AND c.key_kind = a.key_kind AND c.key = a.key
    OFFSET 0
) AS r ON true
$$;
