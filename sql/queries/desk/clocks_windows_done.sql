-- Notes up to when every window that ended is closed. $1 who minds the clocks, $2 the instant.
UPDATE clock_minding
SET windows_until = $2
WHERE holder = $1 AND windows_until < $2
