CREATE INDEX ON point USING gist (geom);

CREATE INDEX ON route USING gist (geom);

ANALYZE area, point, route;
