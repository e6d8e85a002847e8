-- Has the people with live stays in an area looked through for those whom a policy that is to come
-- will find without a course. Holds the lock `world`; the world does not change. $1 redecision,
-- $2 area, $3 version of the policy, $4 who.
INSERT INTO redecision (
    redecision_id, area_id, cause, world_version, policy_version, requested_by
)
SELECT $1, s.area_id, 'announced', s.revision, $3, $4
FROM area_state AS s
WHERE s.area_id = $2
