-- Writes courses that were waived; one that was waived before stays as it was.
INSERT INTO course_waiver (
    clearance_id, course, waived_at, waived_by, capacity, evidence_id
)
SELECT a.clearance_id, a.course, a.at, a.person_id, a.capacity, a.evidence_id
FROM unnest(
    $1::integer[], $2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[], $6::text[], $7::uuid[]
) AS a (n, clearance_id, course, at, person_id, capacity, evidence_id)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
ON CONFLICT (clearance_id, course) DO NOTHING
