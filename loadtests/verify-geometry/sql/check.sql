SELECT
    postgis_full_version() AS version,
    sum(ST_NPoints(shape)) AS vertices,
    count(*) FILTER (WHERE NOT ST_IsValid(shape)) AS invalid
FROM area;
