-- A trip that serves as a pattern, and its area: cleared, one traveller, one stay, days ahead.
SELECT t.trip_id, min(c.area_id) FROM trip AS t
INNER JOIN clearance AS c ON c.trip_id = t.trip_id
INNER JOIN evidence AS e ON e.evidence_id = t.evidence_id
WHERE
    c.state = 'cleared' AND NOT t.personal AND c.arrive_at > sc_now() + INTERVAL '8 days'
    AND cardinality(t.travellers) = 1 AND e.body IS NOT NULL
    AND (SELECT count(*) FROM clearance AS o WHERE o.trip_id = t.trip_id) = 1
GROUP BY t.trip_id ORDER BY t.trip_id LIMIT 1
