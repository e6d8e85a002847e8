-- Live clearances of a person whose facts changed; of one who was deactivated also what waits for a
-- decision or was sent back. $1 person, $2 whether deactivated; $3 the batch,
-- which looks at none twice.
SELECT c.trip_id, c.clearance_id
FROM trip_traveller AS t
INNER JOIN clearance AS c ON c.trip_id = t.trip_id AND c.person_id = t.person_id
WHERE
    t.person_id = $1
    AND t.covers_until >= sc_now()
    AND t.live
    AND c.area_id IS NOT NULL
    AND ($3::uuid IS NULL OR c.redecision_id IS DISTINCT FROM $3)
    AND (
        c.state IN ('cleared', 'approved', 'suspended')
        OR (
            $2 AND c.state IN (
                'pending_review', 'returned', 'recommended', 'escalated', 'under_appeal'
            )
        )
    )
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
ORDER BY c.trip_id, c.clearance_id
