-- Clearances that an area's status froze and whose review date has come: they go back to a person.
-- $1 limit.
SELECT
    c.clearance_id,
    c.trip_id,
    c.area_id,
    s.status,
    s.security_level,
    c.submitted_at,
    t.starts_at,
    EXISTS (
        SELECT
        FROM clearance AS n
        WHERE
            n.clearance_id = c.successor_id
            AND n.state IN (
                'pending_review', 'returned', 'recommended', 'escalated', 'under_appeal'
            )
    ) AS stands_in,
    now.at AS now
FROM (SELECT sc_now() AS at) AS now
CROSS JOIN area_state AS s
INNER JOIN clearance AS c
    ON
        c.area_id = s.area_id
        AND coalesce(c.valid_to, 'infinity'::timestamptz) > now.at
        AND c.state = 'suspended'
INNER JOIN trip AS t ON t.trip_id = c.trip_id
WHERE s.status <> 'open' AND s.review_at <= now.at
ORDER BY c.clearance_id
LIMIT $1
