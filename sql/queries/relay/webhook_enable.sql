-- Has a webhook delivered to again, from where it stood: its address has answered a challenge.
-- $1 owner, $2 which.
UPDATE webhook AS w
SET
    state = 'active', disabled_reason = NULL, disabled_at = NULL, failing_since = NULL,
    resume_at = sc_now(), revision = w.revision + 1
WHERE w.identity_id = $1 AND w.webhook_id = $2
RETURNING w.webhook_id
