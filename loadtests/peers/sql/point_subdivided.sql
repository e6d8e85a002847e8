SELECT DISTINCT h
FROM piece
WHERE ST_Covers(shape, ST_MakePoint($1, $2));
