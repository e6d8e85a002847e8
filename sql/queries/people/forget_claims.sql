-- Takes back the claims of a person that are not in a new list. $1 person, $2 the revision it has
-- now, $3 courses, $4 days of completion.
DELETE FROM certificate AS c
USING person AS p
WHERE
    c.person_id = $1
    AND p.person_id = $1
    AND p.revision = $2
    AND c.state = 'claimed'
    AND NOT EXISTS (
        SELECT
        FROM unnest($3::text[], $4::date[]) AS q (course, completed_on)
        WHERE q.course = c.course AND q.completed_on = c.completed_on
    )
