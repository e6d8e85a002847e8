-- Adds a webhook; no row where its key was used before. $1 hash of the key, $2 fingerprint, $3 id,
-- $4 owner, $5 address, $6 description, $7 kinds, $8 secret, $9 the number after which it is told,
-- null for the end of the feed.
WITH claimed AS (
    INSERT INTO webhook_request (key_hash, fingerprint, webhook_id, made_at)
    VALUES ($1, $2, $3, sc_now())
    ON CONFLICT (key_hash) DO NOTHING
    RETURNING webhook_id
)
INSERT INTO webhook (
    webhook_id, identity_id, url, description, kinds, secret, secret_of, state, created_at,
    revision, position, resume_at, leased_until
)
SELECT
    c.webhook_id, $4, $5, $6, $7, $8, $1, 'active', sc_now(),
    1, least($9::bigint, h.last_seq), sc_now(), '-infinity'
FROM claimed AS c
CROSS JOIN feed_head AS h
RETURNING webhook_id
