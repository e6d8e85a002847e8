-- Has events delivered again; no row where the key was used before, or there is no such dead
-- letter. $1 hash of the key, $2 fingerprint, $3 owner, $4 webhook; and either $5 the number from
-- which everything is delivered again, or $6 the number of one dead letter, or neither for all dead
-- letters.
WITH claimed AS (
    INSERT INTO webhook_request (key_hash, fingerprint, webhook_id, made_at)
    SELECT $1, $2, w.webhook_id, sc_now()
    FROM webhook AS w
    WHERE w.identity_id = $3 AND w.webhook_id = $4
        AND (
            $6::bigint IS NULL
            OR EXISTS (
                SELECT 1
                FROM webhook_delivery AS d
                WHERE d.webhook_id = w.webhook_id AND d.feed_seq = $6 AND d.state = 'dead'
            )
        )
    ON CONFLICT (key_hash) DO NOTHING
    RETURNING webhook_id
),
-- planned anew in their order when the position comes to them
dropped AS (
    DELETE FROM webhook_delivery AS d
    USING claimed AS c
    WHERE d.webhook_id = c.webhook_id AND d.state = 'waiting' AND d.feed_seq >= $5::bigint
),
raised AS (
    UPDATE webhook_delivery AS d
    SET state = 'waiting', tries = 0, next_try_at = sc_now()
    FROM claimed AS c
    WHERE d.webhook_id = c.webhook_id AND d.state = 'dead'
        AND $5::bigint IS NULL AND ($6::bigint IS NULL OR d.feed_seq = $6)
    RETURNING d.feed_seq
)
UPDATE webhook AS w
SET position = least(w.position, $5::bigint - 1), resume_at = sc_now()
FROM claimed AS c
WHERE w.webhook_id = c.webhook_id
RETURNING w.webhook_id
