-- The waiting list of an area in its order, with the nights on which each finds no place. $1 area;
-- $2 one organization alone, or null; after $3 rank, $4 time, $5 clearance; $6 how many.
SELECT
    q.position, q.clearance_id, q.pc_rank, q.submitted_at, q.alone, c.state, c.arrive, c.depart,
    t.organization_id, full_nights(q.clearance_id) AS full_nights
FROM (
    SELECT
        w.*,
        row_number() OVER (ORDER BY w.pc_rank, w.submitted_at, w.clearance_id) AS position
    FROM ceiling_wait AS w
    WHERE w.area_id = $1
) AS q
INNER JOIN clearance AS c ON c.clearance_id = q.clearance_id
INNER JOIN trip AS t ON t.trip_id = c.trip_id
WHERE
    (q.pc_rank, q.submitted_at, q.clearance_id) > ($3, $4, $5)
    AND ($2::text IS NULL OR t.organization_id = $2 AND NOT t.personal)
ORDER BY q.position
LIMIT $6
