-- Writes down that an area's level is to be set, from a time on. $1 setting, $2 area, $3 level,
-- $4 band, $5 assessment, $6 reason, $7 who, $8 in which office, $9 effective from.
INSERT INTO level_setting (
    setting_id, area_id, security_level, risk_band, assessment_id, reason, set_by, set_as,
    effective_from, state
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'scheduled')
