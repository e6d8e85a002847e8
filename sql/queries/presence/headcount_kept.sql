-- What was answered to requests with these keys, within a day. $1 hashes of the keys.
SELECT q.key_hash, q.fingerprint, q.headcount_id, q.body
FROM headcount_request AS q
WHERE q.key_hash = ANY($1::bytea[]) AND q.made_at > sc_now() - INTERVAL '24 hours'
