-- Takes or renews the lease of whoever watches over suspensions; no row where another holds it.
UPDATE status_watching
SET holder = $1, leased_until = sc_now() + INTERVAL '30 seconds'
WHERE holder = $1 OR leased_until < sc_now()
RETURNING sc_now() AS now
