-- Changes whose clearances are not settled yet, in the order they were made.
SELECT
    redecision_id, leader_id, area_id, person_id, cause, world_version, policy_version,
    foreseen IS NOT NULL AS decided
FROM redecision
WHERE settled_at IS NULL
ORDER BY world_version, requested_at, redecision_id
LIMIT 1000
