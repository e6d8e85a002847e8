-- A prepared index.
SELECT data_checksum, body FROM world_image WHERE name = $1
