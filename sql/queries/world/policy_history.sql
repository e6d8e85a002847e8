-- Versions of an area's policy, newest first, each with the body it differs from: the version it
-- was based on. $1 area; $2 one version, or null for all; before $3 version; $4 limit.
SELECT
    v.version,
    CASE
        WHEN v.version = s.policy_version THEN 'in_force'
        WHEN v.state = 'applied' THEN 'replaced'
        ELSE v.state
    END AS state,
    v.body::text AS body,
    b.version AS based_on,
    b.body::text AS base,
    v.effective_from,
    v.wished_from,
    v.applied_at,
    v.template,
    v.review_at,
    v.change_note,
    v.smt_minutes_ref,
    v.recorded_by,
    v.recorded_as,
    v.recorded_at,
    v.approved_by,
    v.approved_as,
    v.approved_at
FROM area_policy AS v
INNER JOIN area_state AS s USING (area_id)
LEFT JOIN area_policy AS b ON b.area_id = v.area_id AND b.version = coalesce(
    v.based_on,
    (
        SELECT max(e.version)
        FROM area_policy AS e
        WHERE e.area_id = v.area_id AND e.version < v.version AND e.state = 'applied'
    )
)
WHERE v.area_id = $1
    AND ($2::integer IS NULL OR v.version = $2)
    AND ($3::integer IS NULL OR v.version < $3)
ORDER BY v.version DESC
LIMIT $4
