-- Trips with a live clearance that has not seen a change of an area: in the area itself, or decided
-- with a look at it. $1 area, $2 version of the change.
SELECT q.trip_id, array_agg(DISTINCT q.area_id) AS area_ids
FROM (
    SELECT c.trip_id, c.area_id
    FROM clearance AS c
    WHERE
        c.area_id = $1
        AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
        AND c.revision < $2
        AND c.state IN ('cleared', 'approved', 'suspended')
    UNION ALL
    SELECT c.trip_id, c.area_id
    FROM clearance_reads AS r
    INNER JOIN clearance AS c USING (clearance_id)
    WHERE
        r.area_id = $1
        AND r.revision < $2
        AND c.area_id IS NOT NULL
        AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
        AND c.state IN ('cleared', 'approved', 'suspended')
) AS q
GROUP BY q.trip_id
ORDER BY q.trip_id
