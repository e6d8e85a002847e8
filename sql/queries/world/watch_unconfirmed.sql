-- Areas that security staff suspended in an emergency and no official has confirmed in time, not
-- marked yet. $1 hours.
SELECT s.area_id
FROM area_state AS s
WHERE
    s.status = 'suspended'
    AND s.emergency
    AND s.unconfirmed_since IS NULL
    AND s.status_since <= sc_now() - make_interval(hours => $1::integer)
ORDER BY s.area_id
