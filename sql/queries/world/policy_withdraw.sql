-- Takes back a version of an area's policy that is not in force. $1 area, $2 version.
UPDATE area_policy
SET state = 'withdrawn'
WHERE area_id = $1 AND version = $2 AND state IN ('draft', 'scheduled')
RETURNING version
