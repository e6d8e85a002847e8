-- Writes what decisions were given.
INSERT INTO evidence (evidence_id, trip_id, class, salt, body)
SELECT a.evidence_id, a.trip_id, a.class, a.salt, a.body
FROM unnest($1::new_evidence[]) AS a
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
