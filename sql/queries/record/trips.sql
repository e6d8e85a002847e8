-- Writes new trips.
INSERT INTO trip (
    trip_id, reference, version, change_no, trip_kind, purpose, organization_id, requester_id,
    personal, state, starts_at, ends_at, submitted_at, world_version, ruleset_version, evidence_id,
    travellers, external_refs, body, notes
)
SELECT
    a.trip_id, a.reference, a.version, 1, a.trip_kind, a.purpose, a.organization_id,
    a.requester_id, a.personal, a.state, a.starts_at, a.ends_at, a.at, a.world_version,
    a.ruleset_version, a.evidence_id, a.travellers::uuid[], a.external_refs::json, a.body::json,
    a.notes::json
FROM unnest(
    $1::integer[], $2::uuid[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::text[],
    $8::uuid[], $9::boolean[], $10::text[], $11::timestamptz[], $12::timestamptz[],
    $13::timestamptz[], $14::bigint[], $15::text[], $16::uuid[], $17::text[], $18::text[],
    $19::text[], $20::text[]
) AS a (
    n, trip_id, reference, version, trip_kind, purpose, organization_id, requester_id, personal,
    state, starts_at, ends_at, at, world_version, ruleset_version, evidence_id, travellers,
    external_refs, body, notes
)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
