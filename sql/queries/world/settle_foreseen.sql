-- The dry counts of a batch, before anything of it moved. $1 batch, $2 counts, $3 inside.
UPDATE redecision
SET decided_at = sc_now(), foreseen = $2, inside = $3
WHERE redecision_id = $1 AND foreseen IS NULL
