-- A setting that still waits and whose time has come, with the time. Holds the lock `world`.
-- $1 setting.
SELECT l.area_id, sc_now() AS now
FROM level_setting AS l
WHERE l.setting_id = $1 AND l.state = 'scheduled' AND l.effective_from <= sc_now()
