-- Takes or renews the lease of whoever decides again; no row where another holds it.
UPDATE settling
SET holder = $1, leased_until = sc_now() + interval '30 seconds'
WHERE holder = $1 OR leased_until < sc_now()
RETURNING leased_until
