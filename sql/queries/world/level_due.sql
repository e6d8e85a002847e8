-- Settings of levels whose time has come, the earliest first. Now is one moment for all: none is
-- taken before one that was to come earlier.
SELECT setting_id, area_id
FROM level_setting
WHERE state = 'scheduled' AND effective_from <= (SELECT sc_now())
ORDER BY effective_from, setting_id
LIMIT 100
