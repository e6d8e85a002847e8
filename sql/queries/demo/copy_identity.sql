-- Whom their tokens mean, in bulk.
COPY person_identity (identity_id, issuer, subject, person_id)
FROM STDIN
