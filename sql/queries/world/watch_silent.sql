-- Areas whose unconfirmed suspension the officials have left without a word, and of which the
-- Communications Centre does not know. $1 hours.
SELECT s.area_id
FROM area_state AS s
WHERE
    s.status = 'suspended'
    AND s.unconfirmed_since <= sc_now() - make_interval(hours => $1::integer)
    AND NOT EXISTS (
        SELECT
        FROM suspension_notice AS n
        WHERE
            n.area_id = s.area_id AND n.suspended_at = s.status_since AND n.step = 'centre'
    )
ORDER BY s.area_id
