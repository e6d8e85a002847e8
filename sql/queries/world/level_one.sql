-- A setting of an area's level, and the office in which a person sets it. Holds the lock `world`.
-- $1 area, $2 setting, $3 person, $4 offices.
SELECT
    l.state,
    s.revision,
    office_over(s.area_id, $3, $4::text[], false) AS office
FROM level_setting AS l
INNER JOIN area_state AS s USING (area_id)
WHERE l.area_id = $1 AND l.setting_id = $2
