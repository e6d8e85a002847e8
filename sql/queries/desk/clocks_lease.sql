-- Takes or renews the lease of whoever minds the clocks; no row where another holds it.
UPDATE clock_minding
SET holder = $1, leased_until = sc_now() + INTERVAL '30 seconds'
WHERE holder = $1 OR leased_until < sc_now()
RETURNING greatest(windows_until, 'epoch'::timestamptz) AS windows_until, sc_now() AS now
