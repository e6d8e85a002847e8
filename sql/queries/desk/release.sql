-- Ends a lease before its time. $1 clearances, $2 their holder.
DELETE FROM desk_lease AS l
WHERE l.clearance_id = ANY($1::uuid[]) AND l.holder_id = $2
RETURNING l.clearance_id
