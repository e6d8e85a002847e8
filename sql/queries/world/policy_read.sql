-- An area's policy in force, the office in which a person writes one, and the next version's
-- number. Holds the lock `world` where something is written. $1 area, $2 person, $3 offices.
SELECT
    s.revision,
    p.body::text AS policy,
    sc_now() AS now,
    office_over(s.area_id, $2, $3::text[], false) AS office,
    (SELECT max(v.version) + 1 FROM area_policy AS v WHERE v.area_id = s.area_id) AS next_version
FROM area_state AS s
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
WHERE s.area_id = $1
