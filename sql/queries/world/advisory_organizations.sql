-- Organizations with people in an area, or cleared to go there. $1 area.
SELECT DISTINCT t.organization_id
FROM clearance AS c
INNER JOIN trip AS t ON t.trip_id = c.trip_id
WHERE
    c.area_id = $1
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
    AND c.state IN (
        'notified', 'cleared', 'approved', 'pending_review', 'recommended', 'escalated', 'returned',
        'under_appeal', 'suspended'
    )
    AND NOT t.personal
ORDER BY t.organization_id
