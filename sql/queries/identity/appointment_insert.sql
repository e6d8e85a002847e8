-- Records an appointment, to be confirmed by a second person, unless its id is taken, which a
-- repeated request finds. An administrator holds no deciding role, nor the other way round:
-- $15 roles that may not be held beside this one.
INSERT INTO appointment (
    appointment_id, person_id, client_id, role, area_ids, countries, organization_id, ad_interim,
    focal_point, letter_ref, recorded_by, fingerprint, valid_from, valid_to
)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
WHERE NOT EXISTS (
    SELECT FROM appointment AS a
    WHERE a.person_id = $2
        AND a.role = ANY($15::text[])
        AND a.revoked_at IS NULL
        AND a.valid_to > sc_now()
)
ON CONFLICT (appointment_id) DO NOTHING
RETURNING appointment_id
