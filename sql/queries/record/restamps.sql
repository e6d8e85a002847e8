-- Notes on clearances that were decided again, and stand, which revision of their area they saw.
UPDATE clearance AS c
SET revision = a.revision, world_version = a.world_version
FROM unnest($1::integer[], $2::uuid[], $3::bigint[], $4::bigint[])
    AS a (n, clearance_id, revision, world_version)
WHERE c.clearance_id = a.clearance_id AND c.revision < a.revision
    AND c.state NOT IN ('cancelled', 'superseded', 'expired', 'completed')
    AND a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
