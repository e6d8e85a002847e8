-- Rows of one change become one batch. $1 the first of them, $2 the others.
UPDATE redecision SET leader_id = $1
WHERE redecision_id = ANY($2::uuid[]) AND leader_id IS NULL
