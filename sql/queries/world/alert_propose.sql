-- What an alert proposes. $1 id, $2 alert, $3 number, $4 kind, $5 state, $6 nothing was repaired,
-- $7 areas, $8 shape, $9 name, $10 kind of fence, $11 effect, $12 severity, $13 and $14 validity,
-- $15 texts.
INSERT INTO alert_proposal (
    proposal_id, alert_id, number, kind, state, as_received, area_ids, shape, name, fence_kind,
    effect, severity, valid_from, valid_until, texts
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
