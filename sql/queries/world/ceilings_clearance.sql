-- A clearance of an area, for a permission above its ceiling, and the appointment that gives the
-- power to the one who permits. $1 area, $2 clearance, $3 person.
SELECT c.trip_id, s.policy_version, sc_now() AS now, h.appointment_id, h.role, h.ad_interim
FROM clearance AS c
INNER JOIN area AS a ON a.area_id = c.area_id
INNER JOIN area_state AS s ON s.area_id = c.area_id
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
LEFT JOIN LATERAL (
    SELECT f.appointment_id, f.role, f.ad_interim
    FROM appointment_in_force AS f
    WHERE
        f.person_id = $3
        AND f.role = coalesce(p.body ->> 'overbook_allowed_by', 'designated_official')
        AND (f.role = 'usg' OR a.area_id = ANY(f.area_ids) OR a.iso2 = ANY(f.countries))
    ORDER BY f.ad_interim, f.appointment_id
    LIMIT 1
) AS h ON true
WHERE c.clearance_id = $2 AND c.area_id = $1
