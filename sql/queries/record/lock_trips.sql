-- Locks the trips whose clearances move, in one order.
SELECT t.trip_id
FROM trip AS t
WHERE t.trip_id = ANY($1::uuid[])
ORDER BY t.trip_id
FOR UPDATE
