-- The one clock.
SELECT sc_now() AS now
