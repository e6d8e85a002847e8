-- Stops deliveries to a webhook, with the reason; its holder alone may. $1 which, $2 holder,
-- $3 reason.
UPDATE webhook AS w
SET
    state = 'disabled', disabled_reason = $3, disabled_at = sc_now(), revision = w.revision + 1,
    holder = NULL, leased_until = '-infinity'
WHERE w.webhook_id = $1 AND w.holder = $2 AND w.state = 'active'
RETURNING w.webhook_id
