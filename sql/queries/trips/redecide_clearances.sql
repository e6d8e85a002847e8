-- Live clearances that are decided again, and the trip as its present version was decided, which is
-- the first field of its evidence. Its bytes come with the first clearance of each trip; none once
-- they are erased. $1 clearance ids.
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
    -- only a trip on which somebody arrived need be looked at more closely
    t.arrived
    AND arrival_of(c.clearance_id, c.trip_id, c.person_id, c.area_id, c.arrive, c.depart)
        IS NOT NULL AS arrived,
    c.submitted_at,
    -- a value and no EXISTS, which would be answered by reading every clearance once
    coalesce(
        (
            SELECT
                s.state IN (
                    'pending_review', 'returned', 'recommended', 'escalated', 'under_appeal'
                )
            FROM clearance AS s
            WHERE s.clearance_id = c.successor_id
        ),
        false
    ) AS stands_in,
    ARRAY(SELECT w.course FROM course_waiver AS w WHERE w.clearance_id = c.clearance_id) AS waived,
    CASE
        WHEN row_number() OVER (PARTITION BY c.trip_id ORDER BY c.clearance_id) = 1
            THEN (
                SELECT
                    substring(
                        e.body, 9,
                        nullif(position(convert_to(',"facts":{"now":', 'UTF8') IN e.body), 0) - 9
                    )
                FROM evidence AS e
                WHERE e.evidence_id = t.evidence_id
            )
    END AS trip
FROM unnest($1::uuid[]) AS q (clearance_id)
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
    WHERE r.clearance_id = q.clearance_id AND r.area_id IS NOT NULL
    OFFSET 0
) AS c
CROSS JOIN LATERAL (
    SELECT o.organization_id, o.arrived, o.evidence_id
    FROM trip AS o
    WHERE o.trip_id = c.trip_id
    OFFSET 0
) AS t
WHERE
    c.state IN (
        'cleared', 'approved', 'suspended', 'pending_review', 'recommended', 'escalated',
        'under_appeal', 'returned'
    )
ORDER BY c.trip_id, c.clearance_id
