-- Every clearance that a trip ever had. $1 trip id.
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
    c.answer
FROM clearance AS c
WHERE c.trip_id = $1
