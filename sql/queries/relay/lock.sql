-- One relay at a time: a statement of its own, so that the numbering sees what the last one wrote.
-- The numbering walks along what waits, in its order: a plan that was made while nothing waited
-- would compare every row of a backlog with every other.
SELECT
    lock_relay(),
    set_config('enable_nestloop', 'off', true),
    set_config('enable_hashjoin', 'off', true)
