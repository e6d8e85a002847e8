-- How an area's level stands, the office in which a person sets it, and the assessment it is to be
-- set from. Holds the lock `world` already. $1 area, $2 person, $3 offices, $4 assessment.
SELECT
    s.security_level,
    s.risk_band,
    s.revision,
    office_over(s.area_id, $2, $3::text[], false) AS office,
    sc_now() AS now,
    t.security_level AS assessed_level,
    t.risk_band AS assessed_band,
    t.valid_until,
    t.prepared_at,
    (
        SELECT b.prepared_at
        FROM level_setting AS l
        INNER JOIN threat_assessment AS b USING (assessment_id)
        WHERE l.area_id = s.area_id AND l.state = 'applied'
        ORDER BY l.applied_at DESC, l.setting_id DESC
        LIMIT 1
    ) AS based_on_at
FROM area_state AS s
LEFT JOIN threat_assessment AS t ON t.area_id = s.area_id AND t.assessment_id = $4
WHERE s.area_id = $1
