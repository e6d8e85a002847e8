CREATE EXTENSION IF NOT EXISTS postgis;

DROP TABLE IF EXISTS area, point, route;

CREATE TABLE area (h integer PRIMARY KEY, shape geometry NOT NULL);

ALTER TABLE area ALTER COLUMN shape SET STORAGE EXTERNAL;

CREATE TABLE point (i integer NOT NULL, geom geometry NOT NULL);

CREATE TABLE route (i integer NOT NULL, geom geometry NOT NULL);
