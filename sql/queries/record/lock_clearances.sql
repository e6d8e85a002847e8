-- Locks the clearances that people decide, in one order: whoever takes a lease locks them too, so
-- that the statements after this one see every lease taken before it.
SELECT c.clearance_id
FROM clearance AS c
WHERE c.clearance_id = ANY($1::uuid[])
ORDER BY c.clearance_id
FOR NO KEY UPDATE
