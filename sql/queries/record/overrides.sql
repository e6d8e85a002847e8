-- Writes what was permitted above a ceiling: by whom, why, and on which nights none was left.
INSERT INTO ceiling_override (
    override_id, clearance_id, area_id, nights, policy_version, reason, capacity, person_id, at
)
SELECT
    a.override_id, a.clearance_id, a.area_id, a.nights::date[], a.policy_version, a.reason,
    a.capacity, a.person_id, a.at
FROM unnest(
    $1::integer[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::integer[], $7::text[],
    $8::text[], $9::uuid[], $10::timestamptz[]
) AS a (
    n, override_id, clearance_id, area_id, nights, policy_version, reason, capacity, person_id, at
)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
