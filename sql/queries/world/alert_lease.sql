-- Takes or renews the lease of whoever works through what is due; no row where another holds it.
UPDATE alert_desk
SET holder = $1, leased_until = sc_now() + interval '60 seconds'
WHERE holder = $1 OR leased_until < sc_now()
RETURNING leased_until
