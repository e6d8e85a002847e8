-- Live clearances that have not seen a change of some areas: in an area itself, or decided with a
-- look at it. $1 areas, $2 version of the change; $3 the batch, which looks at none twice. Whoever
-- looked is found before what it stands in, whatever is known of the tables (OFFSET 0).
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
FROM (
    SELECT l.clearance_id
    FROM clearance_reads AS l
    WHERE l.area_id = ANY($1::text[]) AND l.revision < $2
    OFFSET 0
) AS r
INNER JOIN clearance AS c USING (clearance_id)
WHERE
    ($3::uuid IS NULL OR c.redecision_id IS DISTINCT FROM $3)
    AND c.area_id IS NOT NULL
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
    AND c.state IN ('cleared', 'approved', 'suspended')
ORDER BY trip_id, clearance_id
