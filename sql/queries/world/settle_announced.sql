-- A policy that was approved and has yet to come into force. $1 area, $2 version.
SELECT p.body::text AS body
FROM area_policy AS p
WHERE p.area_id = $1 AND p.version = $2 AND p.state = 'scheduled'
