-- Writes claims of many people; what was verified or revoked stands. Answers those that changed
-- something. $1 the claims.
INSERT INTO certificate AS c (
    certificate_id, person_id, course, course_version, completed_on, expires_on, place, issuer,
    evidence_kind, evidence_ref, state
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
    'claimed'
FROM
    jsonb_to_recordset($1::jsonb) AS r (
        certificate_id uuid,
        person_id uuid,
        course text,
        course_version text,
        completed_on date,
        expires_on date,
        place text,
        issuer text,
        evidence_kind text,
        evidence_ref text
    )
INNER JOIN person AS p ON p.person_id = r.person_id
ON CONFLICT (person_id, course, completed_on) DO UPDATE
SET
    course_version = excluded.course_version,
    expires_on = excluded.expires_on,
    place = excluded.place,
    issuer = excluded.issuer,
    evidence_kind = excluded.evidence_kind,
    evidence_ref = excluded.evidence_ref
WHERE
    c.state = 'claimed'
    AND (c.course_version, c.expires_on, c.place, c.issuer, c.evidence_kind, c.evidence_ref)
    IS DISTINCT FROM (
        excluded.course_version, excluded.expires_on, excluded.place, excluded.issuer,
        excluded.evidence_kind, excluded.evidence_ref
    )
RETURNING c.person_id, c.course
