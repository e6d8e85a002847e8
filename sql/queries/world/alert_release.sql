-- A message leaves quarantine for the one that corrects it, which takes its key over. $1 the one
-- that came.
UPDATE alert SET state = 'released', key = NULL, waits = false WHERE alert_id = $1
