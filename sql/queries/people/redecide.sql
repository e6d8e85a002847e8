-- Tells the loop that decides again, where a person has live trips; of somebody who is deactivated
-- also the dependants, whose clearances lapse with the sponsor (R-1004). $1 people, $2 their
-- revisions now, $3 ids of the rows, $4 who asked, $5 what changed.
WITH changed AS (
    SELECT q.redecision_id, p.person_id
    FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS q (person_id, revision, redecision_id)
    INNER JOIN person AS p ON p.person_id = q.person_id AND p.revision = q.revision
)

INSERT INTO redecision (redecision_id, cause, person_id, world_version, requested_by)
SELECT
    a.redecision_id,
    $5::text,
    a.person_id,
    w.version,
    $4::uuid
FROM (
    SELECT c.redecision_id, c.person_id FROM changed AS c
    UNION ALL
    SELECT gen_random_uuid(), d.person_id
    FROM changed AS c
    INNER JOIN person AS d ON d.sponsor_person_id = c.person_id
    WHERE $5::text = 'deactivated'
) AS a
CROSS JOIN world_state AS w
WHERE
    EXISTS (
        SELECT
        FROM trip_traveller AS t
        WHERE t.person_id = a.person_id AND t.covers_until >= sc_now() AND t.live
    )
