-- The current clearances of a trip as an amendment sees them, by traveller and arrival. $1 trip id.
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
    c.arrive_at,
    c.depart_at,
    c.valid_from,
    c.valid_to,
    c.granted_from,
    c.granted_to,
    c.successor_id,
    c.policy_version,
    c.advisory_version,
    c.security_level,
    c.entries,
    c.submitted_at,
    c.moved_at,
    c.place_nights,
    c.place_keys,
    c.counts_arrival,
    c.answer
FROM clearance AS c
WHERE c.trip_id = $1 AND c.state <> 'superseded'
ORDER BY c.person_id, c.arrive_at, c.clearance_id
