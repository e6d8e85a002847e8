-- Every move of a clearance with the evidence of its decision, oldest first. $1 clearance id.
SELECT
    l.entry,
    l.at,
    l.from_state,
    l.to_state,
    l.capacity,
    l.person_id,
    l.rules,
    l.reasons,
    l.world_version,
    l.policy_version,
    l.advisory_version,
    l.ruleset_version,
    l.evidence_id,
    l.redecision_id,
    e.body,
    (e.erased_at IS NOT NULL OR (l.evidence_id IS NOT NULL AND e.evidence_id IS NULL)) AS erased
FROM ledger_entry AS l
LEFT JOIN evidence AS e ON e.evidence_id = l.evidence_id
WHERE l.clearance_id = $1
ORDER BY l.entry
