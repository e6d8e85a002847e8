-- Live clearances that have not seen a change of some areas: in an area itself, or decided with a
-- look at it. $1 areas, $2 version of the change; $3 the batch,
-- which looks at none twice.
SELECT c.trip_id, c.clearance_id
FROM clearance AS c
WHERE
    c.area_id = ANY($1::text[])
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
    AND c.revision < $2
    AND ($3::uuid IS NULL OR c.redecision_id IS DISTINCT FROM $3)
    AND c.state IN ('cleared', 'approved', 'suspended')
UNION
SELECT c.trip_id, c.clearance_id
FROM clearance_reads AS r
INNER JOIN clearance AS c USING (clearance_id)
WHERE
    r.area_id = ANY($1::text[])
    AND r.revision < $2
    AND ($3::uuid IS NULL OR c.redecision_id IS DISTINCT FROM $3)
    AND c.area_id IS NOT NULL
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
    AND c.state IN ('cleared', 'approved', 'suspended')
ORDER BY trip_id, clearance_id
