SELECT h
FROM area
WHERE ST_Covers(shape, ST_MakePoint($1, $2));
