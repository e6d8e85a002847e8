-- The one clock's time.
SELECT sc_now() AS now
