-- Proposals that wait for the service itself.
SELECT proposal_id FROM alert_proposal WHERE state = 'due' ORDER BY proposal_id LIMIT 200
