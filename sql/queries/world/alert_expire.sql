-- Proposals that nobody decided before they ended.
UPDATE alert_proposal
SET state = 'expired', decided_at = sc_now()
WHERE state IN ('open', 'due') AND valid_until <= sc_now()
