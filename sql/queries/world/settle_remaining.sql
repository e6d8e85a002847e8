-- Live positive clearances of areas that have not seen a change. $1 areas, $2 version.
SELECT count(*) AS remaining
FROM clearance AS c
WHERE
    c.area_id = ANY($1::text[])
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
    AND c.revision < $2
    AND c.state IN ('cleared', 'approved')
