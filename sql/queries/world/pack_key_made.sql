-- Keeps a key that was made, where there is none. $1 its name, $2 the key.
INSERT INTO pack_key (key_id, pkcs8) VALUES ($1, $2) ON CONFLICT DO NOTHING
