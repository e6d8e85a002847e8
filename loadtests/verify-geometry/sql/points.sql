SELECT area.h, point.i
FROM area
JOIN point ON ST_Covers(area.shape, point.geom)
WHERE area.h = ANY($1);
