-- A proposal is decided. $1 proposal, $2 state, $3 fence, $4 who, $5 why, $6 effect, $7 end.
UPDATE alert_proposal
SET
    state = $2,
    fence_id = coalesce($3, fence_id),
    decided_by = $4,
    decided_at = sc_now(),
    reason = $5,
    effect = coalesce($6, effect),
    valid_until = coalesce($7, valid_until)
WHERE proposal_id = $1
