-- Writes what decisions were given.
INSERT INTO evidence (evidence_id, trip_id, class, salt, body)
SELECT a.evidence_id, a.trip_id, a.class, a.salt, a.body
FROM unnest($1::integer[], $2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $6::bytea[])
    AS a (n, evidence_id, trip_id, class, salt, body)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
