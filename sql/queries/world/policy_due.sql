-- Approved policies whose time has come, the earliest first. Now is one moment for all: none is
-- taken before one that was to come earlier.
SELECT area_id, version
FROM area_policy
WHERE state = 'scheduled' AND effective_from <= (SELECT sc_now())
ORDER BY effective_from, area_id, version
LIMIT 100
