-- Takes back a setting that has not taken effect. $1 area, $2 setting.
UPDATE level_setting
SET state = 'withdrawn'
WHERE area_id = $1 AND setting_id = $2 AND state = 'scheduled'
RETURNING setting_id
