-- Shapes of areas, in order of id: for building the index anew.
SELECT area_id, shape FROM area_shape ORDER BY area_id
