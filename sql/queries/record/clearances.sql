-- Writes new clearances, each with its first ledger entry.
WITH asked AS (
    SELECT a.*
    FROM unnest($1::new_clearance[]) AS a
    WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
),
entry AS (
    INSERT INTO ledger_entry (
        clearance_id, entry, trip_id, at, from_state, to_state, capacity, person_id, rules,
        reasons, world_version, policy_version, advisory_version, ruleset_version, evidence_id,
        digest
    )
    SELECT
        clearance_id, 1, trip_id, at, 'submitted', state, capacity, moved_by, rules::text[],
        reasons::text[], world_version, policy_version, advisory_version, ruleset_version,
        evidence_id, digest
    FROM asked
)
INSERT INTO clearance (
    clearance_id, trip_id, trip_version, person_id, area_id, kind, stay_no, state, outcome, arrive,
    depart, arrive_at, depart_at, nights, security_level, risk_band, policy_version,
    advisory_version, revision, world_version, ruleset_version, valid_from, valid_to, due_by,
    urgent_at, late, two_step, decider_role, queue_area_id, submitted_at, moved_at, moved_by,
    entries, evidence_id, place_nights, place_keys, counts_arrival, away_area_id, away_nights,
    away_keys, answer, confirms_arrival
)
SELECT
    clearance_id, trip_id, trip_version, person_id, area_id, kind, stay_no, state, outcome, arrive,
    depart, arrive_at, depart_at, nights, security_level, risk_band, policy_version,
    advisory_version, revision, world_version, ruleset_version, valid_from, valid_to, due_by,
    urgent_at, late, two_step, decider_role, queue_area_id, at, at, moved_by,
    1, evidence_id, place_nights::date[], place_keys::text[], counts_arrival, away_area_id,
    away_nights::date[], away_keys::text[], answer::json, confirms_arrival
FROM asked
