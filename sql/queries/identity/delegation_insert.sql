-- Gives a delegation from an appointment as designated official that is in force now, unless its
-- id is taken, which a repeated request finds.
INSERT INTO delegation (
    delegation_id, delegator_id, given_from, delegate_person_id, delegate_role, delegate_area_id,
    delegate_country, area_ids, countries, risk_bands, categories, max_stay_nights, letter_ref,
    fingerprint, valid_from, valid_to
)
SELECT
    $1, a.person_id, a.appointment_id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
FROM appointment_in_force AS a
WHERE a.appointment_id = $3
    AND a.person_id = $2
    AND a.role = 'designated_official'
    AND NOT a.ad_interim
ON CONFLICT (delegation_id) DO NOTHING
