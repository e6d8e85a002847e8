-- Policies of areas that have none yet: what an official has set is never replaced.
INSERT INTO area_policy (area_id, version, body, demonstration, effective_from)
SELECT area_id, version, body, demonstration, effective_from
FROM area_policy_in AS given
WHERE NOT EXISTS (SELECT FROM area_policy AS known WHERE known.area_id = given.area_id)
