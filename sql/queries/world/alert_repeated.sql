-- The bytes that a request has sent before. $1 the alert it made.
SELECT digest FROM alert WHERE alert_id = $1
