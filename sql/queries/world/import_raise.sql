-- The next version of the world, made of these files.
UPDATE world_state
SET
    version = version + 1, changed_at = sc_now(), imported_at = sc_now(), data_checksum = $1,
    data_version = version + 1
RETURNING version
