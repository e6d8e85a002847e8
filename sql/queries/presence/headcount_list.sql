-- Headcounts about an area or a person in sight, newest first. $1 headcount before which the page
-- begins, $2 their state, $3 everything is in sight, $4 areas, $5 persons with their dependants,
-- $6 limit.
SELECT
    h.headcount_id, h.area_ids, h.polygon::text AS polygon, h.reason, h.as_of, h.opened_by,
    h.closed_at, h.closed_by, h.changes
FROM headcount AS h
WHERE
    h.headcount_id < coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    AND CASE $2::text
        WHEN 'open' THEN h.closed_at IS NULL AND h.changes = 0
        WHEN 'running' THEN h.closed_at IS NULL AND h.changes > 0
        WHEN 'closed' THEN h.closed_at IS NOT NULL
        ELSE true
    END
    AND (
        $3::boolean
        OR h.area_ids && $4::text[]
        OR EXISTS (
            SELECT
            FROM headcount_entry AS e
            WHERE e.headcount_id = h.headcount_id AND e.person_id = ANY($5::uuid[])
        )
        OR EXISTS (
            SELECT
            FROM headcount_entry AS e
            WHERE e.headcount_id = h.headcount_id AND e.sponsor_person_id = ANY($5::uuid[])
        )
    )
ORDER BY h.headcount_id DESC
LIMIT $6
