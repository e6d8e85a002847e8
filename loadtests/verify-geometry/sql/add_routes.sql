INSERT INTO route (i, geom)
SELECT i, ST_GeomFromWKB(geom)
FROM unnest($1::integer[], $2::bytea[]) AS given (i, geom);
