DROP TABLE IF EXISTS piece;

CREATE TABLE piece AS
SELECT h, ST_Subdivide(shape, 128) AS shape
FROM area;

CREATE INDEX ON piece USING gist (shape);

CREATE INDEX ON area USING gist (shape);

ANALYZE area, piece;
