-- Takes a delegation back before its time.
UPDATE delegation
SET revoked_at = sc_now(), revoked_by = $2
WHERE delegation_id = $1 AND revoked_at IS NULL AND valid_to > sc_now()
