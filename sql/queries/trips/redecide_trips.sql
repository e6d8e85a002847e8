-- Trips whose decisions are made again: live clearances in some areas, and the trip as its present
-- version was decided, which is the first field of its evidence. $1 trip ids, $2 areas.
SELECT
    c.trip_id,
    t.organization_id,
    c.clearance_id,
    c.person_id,
    c.area_id,
    c.state,
    c.prior_state,
    c.arrive,
    c.depart,
    c.arrive_at,
    arrival_of(c.clearance_id, c.trip_id, c.person_id, c.area_id, c.arrive, c.depart) IS NOT NULL
        AS arrived,
    c.submitted_at,
    EXISTS (
        SELECT FROM clearance AS s
        WHERE
            s.clearance_id = c.successor_id
            AND s.state IN (
                'pending_review', 'returned', 'recommended', 'escalated', 'under_appeal'
            )
    ) AS stands_in,
    ARRAY(SELECT w.course FROM course_waiver AS w WHERE w.clearance_id = c.clearance_id) AS waived,
    substring(
        e.body, 9, nullif(position(convert_to(',"facts":{"now":', 'UTF8') IN e.body), 0) - 9
    ) AS trip
FROM unnest($1::uuid[]) AS q (trip_id)
CROSS JOIN LATERAL (
    SELECT
        r.trip_id,
        r.clearance_id,
        r.person_id,
        r.area_id,
        r.state,
        r.prior_state,
        r.arrive,
        r.depart,
        r.arrive_at,
        r.submitted_at,
        r.successor_id
    FROM clearance AS r
    WHERE
        r.trip_id = q.trip_id
        AND r.area_id = ANY($2::text[])
        AND r.state IN (
            'cleared', 'approved', 'suspended', 'pending_review', 'recommended', 'escalated',
            'under_appeal'
        )
    OFFSET 0
) AS c
INNER JOIN trip AS t ON t.trip_id = c.trip_id
LEFT JOIN evidence AS e ON e.evidence_id = t.evidence_id
ORDER BY c.trip_id, c.clearance_id
