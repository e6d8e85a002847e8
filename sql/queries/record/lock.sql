-- Locks the world against changes and the people of a batch, in one order. A statement of its own,
-- so that the statements after it see what their holders before have written.
SELECT lock_world_shared(), lock_people($1::uuid[])
