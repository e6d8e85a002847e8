-- Puts the present version of each amended trip aside and writes the next. The number of changes
-- is raised by the statement that moves its clearances.
WITH asked AS (
    SELECT a.*
    FROM unnest(
        $1::integer[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
        $7::timestamptz[], $8::uuid[], $9::bigint[], $10::text[], $11::uuid[], $12::text[],
        $13::text[], $14::text[], $15::text[], $16::text[]
    ) AS a (
        n, trip_id, trip_kind, purpose, starts_at, ends_at, at, replaced_by, world_version,
        ruleset_version, evidence_id, travellers, external_refs, body, notes, changes
    )
    WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
),
put_aside AS (
    INSERT INTO trip_version (
        trip_id, version, body, notes, world_version, ruleset_version, evidence_id, replaced_at,
        replaced_by, changes
    )
    SELECT
        t.trip_id, t.version, t.body, t.notes, t.world_version, t.ruleset_version, t.evidence_id,
        a.at, a.replaced_by, a.changes::json
    FROM asked AS a
    INNER JOIN trip AS t ON t.trip_id = a.trip_id
),
left_behind AS (
    DELETE FROM trip_traveller AS tt
    USING asked AS a
    INNER JOIN trip AS t ON t.trip_id = a.trip_id
    CROSS JOIN LATERAL unnest(t.travellers) AS p (person_id)
    WHERE tt.person_id = p.person_id AND tt.trip_id = a.trip_id
)
UPDATE trip AS t SET
    version = t.version + 1,
    trip_kind = a.trip_kind,
    purpose = a.purpose,
    starts_at = a.starts_at,
    ends_at = a.ends_at,
    world_version = a.world_version,
    ruleset_version = a.ruleset_version,
    evidence_id = a.evidence_id,
    travellers = a.travellers::uuid[],
    external_refs = a.external_refs::json,
    body = a.body::json,
    notes = a.notes::json
FROM asked AS a
WHERE t.trip_id = a.trip_id
