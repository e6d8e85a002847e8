-- An approved policy that still waits and whose time has come, beside the one in force. Holds the
-- lock `world`. $1 area, $2 version.
SELECT
    v.approved_by, v.body::text AS body, p.body::text AS policy, sc_now() AS now
FROM area_state AS s
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
INNER JOIN area_policy AS v ON v.area_id = s.area_id AND v.version = $2
WHERE s.area_id = $1 AND v.state = 'scheduled' AND v.effective_from <= sc_now()
