-- Forgets answers that nobody may ask for again, some at a time.
DELETE FROM idempotency_key AS k
WHERE k.key_hash = ANY(ARRAY(
    SELECT o.key_hash FROM idempotency_key AS o WHERE o.expires_at <= sc_now() LIMIT $1::bigint
))
