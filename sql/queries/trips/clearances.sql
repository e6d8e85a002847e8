-- The current clearances of trips, by trip, traveller and arrival. $1 trip ids.
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
WHERE c.trip_id = ANY($1) AND c.state <> 'superseded'
ORDER BY c.trip_id DESC, c.person_id, c.arrive_at, c.clearance_id
