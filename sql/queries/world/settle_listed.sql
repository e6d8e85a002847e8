-- A batch has begun, and the clearances it touches are known; one that goes on keeps its first
-- list. $1 batch, $2 how many.
UPDATE redecision
SET
    began_at = coalesce(began_at, sc_now()),
    listed_at = coalesce(listed_at, sc_now()),
    listed = CASE WHEN listed_at IS NULL THEN $2 ELSE listed END
WHERE redecision_id = $1
