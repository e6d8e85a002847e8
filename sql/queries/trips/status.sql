-- Status questions by id: the clearances of the official trips whose windows may hold the day. A
-- day of every zone lies within a day more on either side. $1 person ids and $2 days, one line
-- each; a question without such a trip has no row. Rows come in no order.
SELECT
    q.number,
    o.person_id,
    o.sponsor_person_id,
    o.organization_id AS person_organization_id,
    o.trip_id,
    o.reference,
    o.cancelled,
    o.first_day,
    o.last_day,
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
    c.conditions
FROM unnest($1::uuid[], $2::date[]) WITH ORDINALITY AS q (person_id, day, number)
-- the index begins at the day, whatever the plan: years of earlier trips are no part of the answer,
-- and who has no trip then costs one look
CROSS JOIN LATERAL (
    SELECT
        r.person_id, r.trip_id, r.organization_id, r.sponsor_person_id, r.reference, r.cancelled,
        r.first_day, r.last_day
    FROM trip_traveller AS r
    WHERE
        r.person_id = q.person_id
        AND NOT r.personal
        AND r.covers_until >= (q.day - 1)::timestamptz
        AND r.covers_from < (q.day + 2)::timestamptz
    OFFSET 0
) AS o
-- one look-up for each, also by a plan that was made while there were no trips
LEFT JOIN LATERAL (
    SELECT
        r.clearance_id, r.area_id, r.state, r.arrive, r.depart, r.arrive_at, r.depart_at,
        r.successor_id, r.valid_from, r.valid_to, r.conditions
    FROM clearance AS r
    WHERE r.trip_id = o.trip_id AND r.person_id = o.person_id AND r.state <> 'superseded'
    OFFSET 0
) AS c ON true
