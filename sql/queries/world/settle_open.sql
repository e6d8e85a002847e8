-- Changes whose clearances are not settled yet, in the order they were made: the first thousand
-- rows, with all others of the changes they belong to.
WITH first AS MATERIALIZED (
    SELECT o.redecision_id, o.leader_id
    FROM redecision AS o
    WHERE o.settled_at IS NULL
    ORDER BY o.world_version, o.requested_at, o.redecision_id
    LIMIT 1000
)

SELECT
    r.redecision_id, r.leader_id, r.area_id, r.person_id, r.cause, r.world_version,
    r.policy_version, r.foreseen IS NOT NULL AS decided
FROM redecision AS r
WHERE
    r.settled_at IS NULL
    AND (
        r.redecision_id IN (SELECT f.redecision_id FROM first AS f)
        OR r.leader_id IN (SELECT f.redecision_id FROM first AS f)
        OR r.leader_id IN (SELECT f.leader_id FROM first AS f)
    )
ORDER BY r.world_version, r.requested_at, r.redecision_id
