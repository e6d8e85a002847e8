-- Hears of leases at the desk that begin and end.
LISTEN desk_lease
