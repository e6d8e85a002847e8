-- The prepared index.
INSERT INTO world_image (name, data_checksum, body)
VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET data_checksum = excluded.data_checksum, body = excluded.body
