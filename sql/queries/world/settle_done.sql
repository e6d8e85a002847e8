-- A change is settled. $1 redecision, $2 listed, $3 moved, $4 stood.
UPDATE redecision
SET settled_at = sc_now(), listed = $2, moved = $3, stood = $4
WHERE redecision_id = $1 AND settled_at IS NULL
