-- Their certificates in bulk.
COPY certificate (
    certificate_id, person_id, course, completed_on, expires_on, issuer, evidence_kind, state,
    verified_by, verified_at
)
FROM STDIN
