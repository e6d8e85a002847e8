-- Status questions: for each, the person it names and the clearances of the official trips whose
-- windows may hold the day. A day of every zone lies within a day more on either side.
-- $1 number, $2 person id, $3 organization and $4 staff number in its place, $5 day, one line each.
SELECT
    q.question,
    p.person_id,
    p.sponsor_person_id,
    p.organization_id AS person_organization_id,
    t.trip_id,
    t.reference,
    t.state AS trip_state,
    t.notes,
    c.clearance_id,
    c.area_id,
    c.state,
    c.arrive,
    c.depart,
    c.arrive_at,
    c.depart_at,
    c.successor_id,
    c.valid_from,
    c.valid_to,
    c.answer
FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::date[])
    AS q (question, person_id, organization_id, staff_no, day)
LEFT JOIN person AS s ON s.organization_id = q.organization_id AND s.staff_no = q.staff_no
INNER JOIN person AS p ON p.person_id = coalesce(q.person_id, s.person_id)
-- the index begins at the day, whatever the plan: years of earlier trips are no part of the answer
LEFT JOIN LATERAL (
    SELECT r.trip_id
    FROM trip_traveller AS r
    WHERE
        r.person_id = p.person_id
        AND NOT r.personal
        AND r.covers_until >= (q.day - 1)::timestamptz
        AND r.covers_from < (q.day + 2)::timestamptz
    OFFSET 0
) AS o ON true
LEFT JOIN trip AS t ON t.trip_id = o.trip_id
LEFT JOIN clearance AS c
    ON c.trip_id = t.trip_id AND c.person_id = p.person_id AND c.state <> 'superseded'
ORDER BY q.question, t.trip_id, c.arrive_at, c.clearance_id
