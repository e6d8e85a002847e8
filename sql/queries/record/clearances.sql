-- Writes new clearances, each with its first ledger entry.
WITH asked AS (
    SELECT a.*
    FROM unnest(
        $1::integer[], $2::uuid[], $3::uuid[], $4::integer[], $5::uuid[], $6::text[], $7::text[],
        $8::integer[], $9::text[], $10::text[], $11::date[], $12::date[], $13::timestamptz[],
        $14::timestamptz[], $15::integer[], $16::smallint[], $17::text[], $18::integer[],
        $19::integer[], $20::bigint[], $21::bigint[], $22::text[], $23::timestamptz[],
        $24::timestamptz[], $25::timestamptz[], $26::double precision[], $27::boolean[],
        $28::boolean[], $29::text[], $30::text[], $31::timestamptz[], $32::uuid[], $33::uuid[],
        $34::text[], $35::text[], $36::boolean[], $37::text[], $38::text[], $39::text[],
        $40::text[], $41::text[], $42::text[], $43::text[], $44::bytea[],
        $45::boolean[], $46::text[]
    ) AS a (
        n, clearance_id, trip_id, trip_version, person_id, area_id, kind, stay_no, state, outcome,
        arrive, depart, arrive_at, depart_at, nights, security_level, risk_band, policy_version,
        advisory_version, revision, world_version, ruleset_version, valid_from, valid_to, due_by,
        urgent_at, late, two_step, decider_role, queue_area_id, at, moved_by, evidence_id,
        place_nights, place_keys, counts_arrival, away_area_id, away_nights, away_keys, answer,
        capacity, rules, reasons, digest, confirms_arrival, conditions
    )
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
    away_keys, answer, confirms_arrival, conditions
)
SELECT
    clearance_id, trip_id, trip_version, person_id, area_id, kind, stay_no, state, outcome, arrive,
    depart, arrive_at, depart_at, nights, security_level, risk_band, policy_version,
    advisory_version, revision, world_version, ruleset_version, valid_from, valid_to, due_by,
    urgent_at, late, two_step, decider_role, queue_area_id, at, at, moved_by,
    1, evidence_id, place_nights::date[], place_keys::text[], counts_arrival, away_area_id,
    away_nights::date[], away_keys::text[], answer::json, confirms_arrival,
    conditions::json
FROM asked
