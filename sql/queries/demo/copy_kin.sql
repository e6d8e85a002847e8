-- Their next of kin in bulk.
COPY emergency_contact (person_id, position, name, relation, phone)
FROM STDIN
