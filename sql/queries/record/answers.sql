-- The answers kept under keys.
SELECT k.key_hash, k.fingerprint, k.status, k.headers::text AS headers, k.body
FROM idempotency_key AS k
WHERE k.key_hash = ANY($1::bytea[]) AND k.expires_at > sc_now()
