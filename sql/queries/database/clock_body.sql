-- The text of sc_now() as it stands, to refuse a clock that was moved.
SELECT p.prosrc
FROM pg_catalog.pg_proc AS p
WHERE p.oid = to_regprocedure('sc_now()')
