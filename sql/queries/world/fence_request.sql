-- What was answered to a request with this key, within a day. $1 hash of the key.
SELECT q.fingerprint, q.fence_id, q.body
FROM fence_request AS q
WHERE q.key_hash = $1 AND q.made_at > sc_now() - interval '24 hours'
