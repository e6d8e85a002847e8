-- Writes certificates of a person. What a learning system or security staff said stands against
-- everybody else's word; a claim changes claims alone. $1 person, $2 the revision it has now,
-- $3 the certificates, $4 who says so.
INSERT INTO certificate AS c (
    certificate_id, person_id, course, course_version, completed_on, expires_on, place, issuer,
    evidence_kind, evidence_ref, state, verified_by, verified_at
)
SELECT
    r.certificate_id,
    p.person_id,
    r.course,
    r.course_version,
    r.completed_on,
    r.expires_on,
    r.place,
    r.issuer,
    r.evidence_kind,
    r.evidence_ref,
    r.state,
    CASE WHEN r.state <> 'claimed' THEN $4::uuid END,
    CASE WHEN r.state <> 'claimed' THEN sc_now() END
FROM person AS p
CROSS JOIN
    jsonb_to_recordset($3::jsonb) AS r (
        certificate_id uuid,
        course text,
        course_version text,
        completed_on date,
        expires_on date,
        place text,
        issuer text,
        evidence_kind text,
        evidence_ref text,
        state text
    )
WHERE p.person_id = $1 AND p.revision = $2
ON CONFLICT (person_id, course, completed_on) DO UPDATE
SET
    course_version = excluded.course_version,
    expires_on = excluded.expires_on,
    place = excluded.place,
    issuer = excluded.issuer,
    evidence_kind = excluded.evidence_kind,
    evidence_ref = excluded.evidence_ref,
    state = excluded.state,
    verified_by = excluded.verified_by,
    verified_at = excluded.verified_at
WHERE c.state = 'claimed' OR excluded.state <> 'claimed'
