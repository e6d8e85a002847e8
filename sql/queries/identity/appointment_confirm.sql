-- A second person confirms what waits for it.
UPDATE appointment
SET confirmed_by = $2, confirmed_at = sc_now()
WHERE appointment_id = $1
    AND confirmed_at IS NULL
    AND revoked_at IS NULL
    AND valid_to > sc_now()
    AND recorded_by IS DISTINCT FROM $2
    AND person_id IS DISTINCT FROM $2
