SELECT area.h, route.i
FROM area
JOIN route ON ST_Intersects(area.shape, route.geom)
WHERE area.h = ANY($1);
