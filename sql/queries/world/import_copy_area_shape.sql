-- Shapes of areas.
COPY area_shape (area_id, shape) FROM STDIN
