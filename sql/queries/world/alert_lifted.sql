-- Fences of alerts were taken away. $1 fences.
UPDATE alert_proposal
SET lifted_at = sc_now()
WHERE kind = 'fence' AND fence_id = ANY($1::uuid[]) AND lifted_at IS NULL
