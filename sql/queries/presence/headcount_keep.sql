-- Keeps answers under their keys. $1 hashes of the keys, $2 fingerprints, $3 headcounts, $4
-- answers, $5 when.
INSERT INTO headcount_request AS q (key_hash, fingerprint, headcount_id, body, made_at)
SELECT a.key_hash, a.fingerprint, a.headcount_id, a.body, $5::timestamptz
FROM
    unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::bytea[])
        AS a (key_hash, fingerprint, headcount_id, body)
ORDER BY a.key_hash
ON CONFLICT (key_hash) DO UPDATE SET
    fingerprint = excluded.fingerprint, headcount_id = excluded.headcount_id,
    body = excluded.body, made_at = excluded.made_at
