-- One assessment of an area. $1 area, $2 assessment.
SELECT
    t.assessment_id, t.fingerprint, t.body::text AS body, t.arithmetic, t.security_level,
    t.risk_band, t.valid_until, t.prepared_by, t.prepared_as, t.prepared_at
FROM threat_assessment AS t
WHERE t.area_id = $1 AND t.assessment_id = $2
