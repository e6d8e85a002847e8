-- Settings of levels whose time has come, the earliest first.
SELECT setting_id, area_id
FROM level_setting
WHERE state = 'scheduled' AND effective_from <= sc_now()
ORDER BY effective_from, setting_id
LIMIT 100
