-- Their contacts in bulk.
COPY person_contact (person_id, position, kind, value, verified_at)
FROM STDIN
