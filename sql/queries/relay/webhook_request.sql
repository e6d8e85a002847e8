-- What a key was used for. $1 hash of the key.
SELECT r.fingerprint, r.webhook_id FROM webhook_request AS r WHERE r.key_hash = $1
