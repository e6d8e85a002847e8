-- An area works as its country does. $1 area.
DELETE FROM working_week
WHERE area_id = $1
