-- Locks the mission requests of a batch in one order, after trips and before nights. A statement of
-- its own, so that those after it see what their holders before have written.
SELECT m.mscr_id
FROM mscr AS m
WHERE m.mscr_id = ANY($1::uuid[])
ORDER BY m.mscr_id
FOR UPDATE
