-- Locks the world against changes and the people of a batch, in one order. A statement of its own,
-- so that the statements after it see what their holders before have written. Those keep the plans
-- they have, which look everything up by key: for arrays with few lines a new one was made each
-- time, which took longer than the looking.
SELECT
    set_config('plan_cache_mode', 'force_generic_plan', true),
    lock_world_shared(),
    lock_people($1::uuid[])
