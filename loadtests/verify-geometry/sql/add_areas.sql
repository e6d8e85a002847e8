INSERT INTO area (h, shape)
SELECT h, ST_GeomFromWKB(shape)
FROM unnest($1::integer[], $2::bytea[]) AS given (h, shape);
