-- Gives leases back, so that another need not wait for their end. $1 holder, $2 one webhook, null
-- for all.
UPDATE webhook AS w
SET holder = NULL, leased_until = '-infinity'
WHERE w.holder = $1 AND ($2::uuid IS NULL OR w.webhook_id = $2)
