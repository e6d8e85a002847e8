-- Assessments of an area, newest first. $1 area; after $2 time, $3 id; $4 limit.
SELECT
    t.assessment_id, t.fingerprint, t.body::text AS body, t.arithmetic, t.security_level,
    t.risk_band, t.valid_until, t.prepared_by, t.prepared_as, t.prepared_at
FROM threat_assessment AS t
WHERE t.area_id = $1
    AND ($2::timestamptz IS NULL OR (t.prepared_at, t.assessment_id) < ($2, $3::uuid))
ORDER BY t.prepared_at DESC, t.assessment_id DESC
LIMIT $4
