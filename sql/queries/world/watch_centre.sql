-- Passes an unconfirmed suspension on to the Communications Centre, which phones and decides
-- nothing; no row where it was, or somebody has spoken meanwhile. $1 area.
INSERT INTO suspension_notice (area_id, suspended_at, step, told_at, roles, persons)
SELECT
    s.area_id, s.status_since, 'centre', sc_now(), ARRAY['communications_centre'],
    coalesce(n.persons, '{}')
FROM area_state AS s
LEFT JOIN suspension_notice AS n
    ON n.area_id = s.area_id AND n.suspended_at = s.status_since AND n.step = 'official'
WHERE s.area_id = $1 AND s.status = 'suspended' AND s.unconfirmed_since IS NOT NULL
ON CONFLICT (area_id, suspended_at, step) DO NOTHING
RETURNING told_at
