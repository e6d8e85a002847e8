-- Takes an area's own holidays away. $1 area.
DELETE FROM holiday
WHERE area_id = $1
