-- Writes which areas a decision read besides the clearance's own.
INSERT INTO clearance_reads (area_id, clearance_id, revision)
SELECT a.area_id, a.clearance_id, a.revision
FROM unnest($1::integer[], $2::text[], $3::uuid[], $4::bigint[])
    AS a (n, area_id, clearance_id, revision)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
ON CONFLICT (area_id, clearance_id) DO NOTHING
