-- Near departures of a batch that stand, by clearance. $1 batch, $2 after, $3 how many.
SELECT n.clearance_id
FROM redecision_near AS n
WHERE n.redecision_id = $1 AND n.clearance_id > $2
ORDER BY n.clearance_id
LIMIT $3
