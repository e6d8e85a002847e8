-- Levels that hold in areas at some time of a span, in order. $1 areas, $2 first instant of the
-- span, $3 its end, not included.
SELECT
    h.area_id, h.setting_id, h.security_level, h.risk_band, h.assessment_id, h.reason, h.set_by,
    h.set_as, h.set_at, h.state, h.since, h.until
FROM level_held AS h
WHERE h.area_id = ANY($1::text[])
    AND (h.since IS NULL OR h.since < $3)
    AND (h.until IS NULL OR h.until > $2)
ORDER BY h.area_id, h.since NULLS FIRST, h.setting_id
LIMIT 1000
