-- Locks the world against changes and the people of a batch, in one order. A statement of its own,
-- so that the statements after it see what their holders before have written. Plans are kept for
-- the life of a connection: one made while a table was nearly empty must not read it from end to
-- end when it has grown.
SELECT
    set_config('enable_seqscan', 'off', true), lock_world_shared(), lock_people($1::uuid[])
