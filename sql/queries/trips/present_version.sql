-- What the present version of a trip was decided from; no body once it is erased. $1 trip id.
SELECT
    t.arrived,
    e.body
FROM trip AS t
LEFT JOIN evidence AS e ON e.evidence_id = t.evidence_id
WHERE t.trip_id = $1
