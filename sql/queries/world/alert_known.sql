-- Messages of keys. $1 keys.
SELECT a.alert_id, a.key, a.digest
FROM alert AS a
WHERE a.key = ANY($1::text[]) AND a.state <> 'duplicate'
