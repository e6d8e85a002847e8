-- One relay at a time: a statement of its own, so that the numbering sees what the last one wrote.
-- The numbering walks along the index of what waits and goes from each entry to its row: an index
-- scan alone takes the entries of numbered rows out of its own way, and a plan that was made while
-- nothing waited must not read everything when much does.
SELECT
    lock_relay(),
    set_config('enable_bitmapscan', 'off', true),
    set_config('enable_mergejoin', 'off', true),
    set_config('enable_hashjoin', 'off', true)
