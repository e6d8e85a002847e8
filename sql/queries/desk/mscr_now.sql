-- The database's time.
SELECT sc_now() AS now
