-- Takes a webhook away with what was to be delivered. $1 owner, $2 which, $3 the revision that was
-- read.
DELETE FROM webhook AS w
WHERE w.identity_id = $1 AND w.webhook_id = $2 AND w.revision = $3
RETURNING w.webhook_id
