-- What was scheduled for an area before somebody set its level anew takes no effect any more: a
-- lowering written down last week must not undo a raise of today. $1 area, $2 the new setting.
UPDATE level_setting
SET state = 'overtaken'
WHERE area_id = $1 AND setting_id <> $2 AND state = 'scheduled'
RETURNING setting_id
