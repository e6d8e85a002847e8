-- Messages of a sender that came before the one they speak of. $1 its key, $2 the sender.
SELECT a.alert_id, a.kind
FROM alert AS a
WHERE
    a.reference_keys @> ARRAY[$1::text]
    AND a.sender = $2
    AND a.status = 'actual'
    AND a.kind IN ('update', 'cancel')
    AND a.state NOT IN ('duplicate', 'released')
