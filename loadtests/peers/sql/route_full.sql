SELECT h
FROM area
WHERE ST_Intersects(shape, ST_GeomFromWKB($1));
