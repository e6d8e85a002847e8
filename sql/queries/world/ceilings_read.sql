-- An area's policy in force, and the appointment that permits to change its ceilings. Holds the
-- lock `world` already. $1 area, $2 person, $3 roles.
SELECT
    s.revision,
    s.policy_version,
    p.body::text AS policy,
    sc_now() AS now,
    h.appointment_id
FROM area_state AS s
INNER JOIN area AS a USING (area_id)
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
LEFT JOIN LATERAL (
    SELECT f.appointment_id
    FROM appointment_in_force AS f
    WHERE
        f.person_id = $2
        AND f.role = ANY($3::text[])
        AND (f.role = 'usg' OR a.area_id = ANY(f.area_ids) OR a.iso2 = ANY(f.countries))
    ORDER BY f.appointment_id
    LIMIT 1
) AS h ON true
WHERE s.area_id = $1
