-- The answer kept for an idempotency key. $1 hash of the key.
SELECT
    k.fingerprint,
    k.status,
    k.headers,
    k.body
FROM idempotency_key AS k
WHERE k.key_hash = $1 AND k.expires_at > sc_now()
