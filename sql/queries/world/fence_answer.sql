-- Keeps the answer to a request for a day. $1 hash of the key, $2 fingerprint, $3 fence, $4 body.
WITH old AS (
    DELETE FROM fence_request
    WHERE made_at <= sc_now() - interval '24 hours' AND key_hash <> $1
)

INSERT INTO fence_request (key_hash, fingerprint, fence_id, body, made_at)
VALUES ($1, $2, $3, $4, sc_now())
ON CONFLICT (key_hash) DO UPDATE SET
    fingerprint = excluded.fingerprint, fence_id = excluded.fence_id, body = excluded.body,
    made_at = excluded.made_at
