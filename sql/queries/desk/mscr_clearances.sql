-- The clearances that a mission request speaks of. $1 the request.
SELECT
    q.clearance_id,
    q.trip_id,
    q.state,
    c.person_id
FROM mscr_clearances($1) AS q
INNER JOIN clearance AS c ON c.clearance_id = q.clearance_id
ORDER BY q.clearance_id
