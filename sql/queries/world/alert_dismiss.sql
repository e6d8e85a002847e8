-- A message leaves quarantine with nothing done about it. $1 the message, $2 who says so, $3 why.
UPDATE alert SET
    state = 'dismissed', waits = false, dismissed_by = $2, dismissed_at = sc_now(), dismissal = $3
WHERE alert_id = $1
