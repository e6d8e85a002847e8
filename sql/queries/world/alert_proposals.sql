-- What alerts propose. $1 alerts.
SELECT
    p.proposal_id,
    p.kind,
    p.state,
    p.as_received,
    p.area_ids,
    p.shape,
    p.name,
    p.fence_kind,
    p.effect,
    p.severity,
    p.valid_from,
    p.valid_until,
    p.texts,
    p.fence_id,
    p.lifted_at,
    p.decided_by,
    p.decided_at,
    p.reason
FROM alert_proposal AS p
WHERE p.alert_id = ANY($1::uuid[])
ORDER BY p.alert_id, p.kind, p.number
