-- Locks the world against changes and the people of a set, in one order, as for any record. The
-- plans of the statements after it are made for the arrays they are given. Whoever sends a set
-- sends of it what holds.
SELECT
    set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('safeconduct.accepted', '{0}', true),
    lock_world_shared(),
    lock_people($1::uuid[])
