-- Live clearances in areas whose people are told something. $1 areas, $2 the batch, which tells
-- nobody twice.
SELECT c.trip_id, c.clearance_id
FROM clearance AS c
WHERE
    c.area_id = ANY($1::text[])
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
    AND c.redecision_id IS DISTINCT FROM $2
    AND c.state IN ('cleared', 'approved')
ORDER BY c.trip_id, c.clearance_id
