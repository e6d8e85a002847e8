-- The certificates of a person whom the caller sees. $1 the person.
SELECT
    c.certificate_id,
    c.course,
    c.course_version,
    c.completed_on,
    c.expires_on,
    c.place,
    c.issuer,
    c.evidence_kind,
    c.evidence_ref,
    c.state,
    c.verified_at
FROM certificate AS c
WHERE c.person_id = $1
ORDER BY c.course, c.completed_on
