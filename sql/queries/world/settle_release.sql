-- Gives the lease back, so that another need not wait for its end. $1 holder.
UPDATE settling
SET holder = NULL, leased_until = '-infinity'
WHERE holder = $1
