-- Approved policies whose time has come, the earliest first.
SELECT area_id, version
FROM area_policy
WHERE state = 'scheduled' AND effective_from <= sc_now()
ORDER BY effective_from, area_id, version
LIMIT 100
