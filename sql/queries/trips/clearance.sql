-- One clearance with what decides who may see it. $1 id.
SELECT
    c.clearance_id,
    c.trip_id,
    c.person_id,
    c.area_id,
    c.kind,
    c.outcome,
    c.nights,
    c.state,
    c.prior_state,
    c.arrive,
    c.depart,
    c.valid_from,
    c.valid_to,
    c.policy_version,
    c.advisory_version,
    c.entries,
    c.moved_at,
    c.answer,
    c.world_version,
    c.ruleset_version,
    c.evidence_id,
    c.stay_no,
    t.reference,
    t.organization_id,
    t.personal,
    p.sponsor_person_id
FROM clearance AS c
INNER JOIN trip AS t ON t.trip_id = c.trip_id
LEFT JOIN person AS p ON p.person_id = c.person_id
WHERE c.clearance_id = $1
