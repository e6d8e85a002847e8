-- Makes room for the imported rows of `area_shape`.
DELETE FROM area_shape
