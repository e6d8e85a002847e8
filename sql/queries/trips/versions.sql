-- Earlier versions of a trip, newest first. $1 trip id, $2 only versions before this one, $3 at
-- most.
SELECT
    v.version,
    v.body,
    v.world_version,
    v.ruleset_version,
    v.replaced_at,
    v.replaced_by,
    v.changes
FROM trip_version AS v
WHERE v.trip_id = $1 AND ($2::int IS NULL OR v.version < $2)
ORDER BY v.version DESC
LIMIT $3
