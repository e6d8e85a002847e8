-- Ends an appointment before its time.
UPDATE appointment
SET revoked_at = sc_now(), revoked_by = $2
WHERE appointment_id = $1 AND revoked_at IS NULL AND valid_to > sc_now()
