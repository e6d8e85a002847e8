-- Tells the loop that decides again, where a person has live trips. $1 people, $2 their revisions
-- now, $3 ids of the rows, $4 who asked, $5 what changed.
INSERT INTO redecision (redecision_id, cause, person_id, world_version, requested_by)
SELECT
    q.redecision_id,
    $5,
    p.person_id,
    w.version,
    $4::uuid
FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS q (person_id, revision, redecision_id)
INNER JOIN person AS p ON p.person_id = q.person_id AND p.revision = q.revision
CROSS JOIN world_state AS w
WHERE
    EXISTS (
        SELECT
        FROM trip_traveller AS t
        WHERE t.person_id = p.person_id AND t.covers_until >= sc_now() AND t.live
    )
