-- What was imported before.
SELECT data_checksum FROM world_state
