-- The version of the world.
SELECT version, changed_at, data_checksum, imported_at FROM world_state
