-- A batch is settled, with what was done. $1 batch, $2 counts, $3 looked at, $4 moved, $5 stood.
UPDATE redecision
SET
    settled_at = sc_now(), applied = $2, listed = greatest(listed, $3), moved = $4, stood = $5,
    began_at = coalesce(began_at, sc_now())
WHERE (redecision_id = $1 OR leader_id = $1) AND settled_at IS NULL
