-- Gives a webhook a new secret; the old one signs too for a while. No row where the key was used
-- before or the webhook has changed. $1 hash of the key, $2 fingerprint, $3 owner, $4 which, $5 the
-- revision that was read, $6 the new secret, $7 seconds for which the old one signs.
WITH held AS (
    SELECT w.webhook_id
    FROM webhook AS w
    WHERE w.identity_id = $3 AND w.webhook_id = $4 AND w.revision = $5
    FOR UPDATE
),
claimed AS (
    INSERT INTO webhook_request (key_hash, fingerprint, webhook_id, made_at)
    SELECT $1, $2, h.webhook_id, sc_now() FROM held AS h
    ON CONFLICT (key_hash) DO NOTHING
    RETURNING webhook_id
)
UPDATE webhook AS w
SET
    old_secret = w.secret,
    old_secret_until = sc_now() + $7::double precision * interval '1 second',
    secret = $6, secret_of = $1, revision = w.revision + 1
FROM claimed AS c
WHERE w.webhook_id = c.webhook_id
RETURNING w.webhook_id
