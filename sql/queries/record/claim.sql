-- Claims the idempotency keys of the records that may be written, with the answers to repeat. The
-- unique index makes a second replica wait for the first. A record whose key another has taken in
-- the meantime is answered here and no longer written.
WITH asked AS (
    SELECT a.n, a.key_hash, a.fingerprint, a.trip_id, a.status, a.headers, a.body
    FROM unnest(
        $1::integer[], $2::bytea[], $3::bytea[], $4::uuid[], $5::smallint[], $6::text[],
        $7::bytea[]
    ) AS a (n, key_hash, fingerprint, trip_id, status, headers, body)
    WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
),
claimed AS (
    INSERT INTO idempotency_key AS k (
        key_hash, fingerprint, trip_id, status, headers, body, claimed_at, expires_at
    )
    SELECT
        a.key_hash, a.fingerprint, a.trip_id, a.status, a.headers::json, a.body, now.at,
        now.at + interval '24 hours'
    FROM asked AS a
    CROSS JOIN (SELECT sc_now() AS at) AS now
    ORDER BY a.key_hash
    ON CONFLICT (key_hash) DO UPDATE SET
        fingerprint = excluded.fingerprint, trip_id = excluded.trip_id, status = excluded.status,
        headers = excluded.headers, body = excluded.body, claimed_at = excluded.claimed_at,
        expires_at = excluded.expires_at
    WHERE k.expires_at <= excluded.claimed_at
    RETURNING k.key_hash
),
late AS (
    SELECT a.n
    FROM asked AS a
    WHERE NOT EXISTS (SELECT 1 FROM claimed AS c WHERE c.key_hash = a.key_hash)
),
kept AS (
    SELECT set_config(
        'safeconduct.accepted', coalesce(array_agg(a.n), '{}')::text, true
    ) AS numbers
    FROM unnest(current_setting('safeconduct.accepted')::integer[]) AS a (n)
    WHERE NOT EXISTS (SELECT 1 FROM late AS l WHERE l.n = a.n)
)
SELECT NULL::integer AS n, k.numbers FROM kept AS k
UNION ALL
SELECT l.n, NULL FROM late AS l
