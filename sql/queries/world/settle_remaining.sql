-- Live positive clearances of an area that have not seen a change. $1 area, $2 version.
SELECT count(*) AS remaining
FROM clearance AS c
WHERE
    c.area_id = $1
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
    AND c.revision < $2
    AND c.state IN ('cleared', 'approved')
