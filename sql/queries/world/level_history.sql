-- What was set in an area and what is scheduled, newest first. $1 area; after $2 since, $3 id;
-- $4 limit.
SELECT
    h.area_id, h.setting_id, h.security_level, h.risk_band, h.assessment_id, h.reason, h.set_by,
    h.set_as, h.set_at, h.state, h.since, h.until
FROM level_held AS h
WHERE h.area_id = $1
    AND h.setting_id IS NOT NULL
    AND ($2::timestamptz IS NULL OR (h.since, h.setting_id) < ($2, $3::uuid))
ORDER BY h.since DESC, h.setting_id DESC
LIMIT $4
