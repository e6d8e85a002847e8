-- One version of an area's policy beside the one in force, and the office in which a person
-- approves. $1 area, $2 version, $3 person, $4 offices.
SELECT
    s.revision,
    s.policy_version,
    v.version,
    v.state,
    v.based_on,
    v.wished_from,
    v.body::text AS body,
    p.body::text AS policy,
    sc_now() AS now,
    office_over(s.area_id, $3, $4::text[], false) AS office
FROM area_state AS s
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
INNER JOIN area_policy AS v ON v.area_id = s.area_id AND v.version = $2
WHERE s.area_id = $1
