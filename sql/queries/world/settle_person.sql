-- Trips with a live clearance of a person whose facts changed.
SELECT c.trip_id, array_agg(DISTINCT c.area_id) AS area_ids
FROM trip_traveller AS t
INNER JOIN clearance AS c ON c.trip_id = t.trip_id AND c.person_id = t.person_id
WHERE
    t.person_id = $1
    AND t.covers_until >= sc_now()
    AND t.live
    AND c.area_id IS NOT NULL
    AND c.state IN ('cleared', 'approved', 'suspended')
    AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
GROUP BY c.trip_id
ORDER BY c.trip_id
