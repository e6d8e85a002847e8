-- Takes a request's key, waiting for whoever took it first; expired ones are forgotten meanwhile.
-- $1 hash of the key, $2 fingerprint, $3 headcount. No row: the key is another request's.
WITH old AS (
    DELETE FROM headcount_request
    WHERE made_at <= (SELECT sc_now() - INTERVAL '24 hours') AND key_hash <> $1
)

INSERT INTO headcount_request AS q (key_hash, fingerprint, headcount_id, body, made_at)
VALUES ($1, $2, $3, '', sc_now())
ON CONFLICT (key_hash) DO UPDATE SET
    fingerprint = excluded.fingerprint, headcount_id = excluded.headcount_id,
    made_at = excluded.made_at
WHERE q.made_at <= excluded.made_at - INTERVAL '24 hours'
RETURNING q.made_at AS now
