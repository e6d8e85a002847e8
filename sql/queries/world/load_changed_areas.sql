-- Areas that changed after a version of the world, or have another advisory since.
SELECT
    s.area_id,
    s.security_level,
    s.risk_band,
    s.status,
    s.status_since,
    s.review_at,
    s.status_reason,
    s.unconfirmed_since,
    s.advisory_version,
    s.advisory_id,
    s.revision,
    p.body::text AS policy
FROM area_state AS s
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
WHERE s.revision > $1 OR s.advisory_changed > $1
ORDER BY s.area_id
