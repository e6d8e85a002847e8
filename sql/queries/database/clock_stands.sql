-- Whether sc_now() is the database's own clock, with the body that the first migration gave it.
SELECT EXISTS (
    SELECT
    FROM pg_catalog.pg_proc AS p
    WHERE
        p.oid = to_regprocedure('sc_now()')
        AND btrim(p.prosrc, E' \t\r\n') = 'SELECT clock_timestamp()'
) AS stands
