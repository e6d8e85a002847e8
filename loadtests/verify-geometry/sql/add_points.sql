INSERT INTO point (i, geom)
SELECT i, ST_MakePoint(lon, lat)
FROM unnest($1::integer[], $2::double precision[], $3::double precision[]) AS given (i, lon, lat);
