-- A later message takes the place of earlier ones: what they proposed and nobody decided is
-- withdrawn. $1 the earlier ones.
UPDATE alert_proposal
SET state = 'withdrawn', decided_at = sc_now()
WHERE alert_id = ANY($1::uuid[]) AND state IN ('open', 'due')
