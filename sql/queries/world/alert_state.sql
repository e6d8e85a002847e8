-- What became of a message, under the lock of taking in. $1 the message.
SELECT
    state,
    area_ids,
    dismissed_by
FROM alert
WHERE alert_id = $1
FOR UPDATE
