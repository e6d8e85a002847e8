-- The shape of an area.
SELECT shape FROM area_shape WHERE area_id = $1
