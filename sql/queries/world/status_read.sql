-- An area's status, and the appointment that permits to change it: in force at the database's time
-- and covering the area. Holds the lock `world` already. $1 area, $2 person, $3 roles.
SELECT
    s.status,
    s.emergency,
    s.revision,
    sc_now() AS now,
    p.appointment_id,
    p.role
FROM area_state AS s
INNER JOIN area AS a USING (area_id)
LEFT JOIN LATERAL (
    SELECT h.appointment_id, h.role
    FROM appointment AS h
    WHERE
        h.person_id = $2
        AND h.role = ANY($3::text[])
        AND h.confirmed_at IS NOT NULL
        AND h.revoked_at IS NULL
        AND h.valid_from <= sc_now()
        AND sc_now() < h.valid_to
        AND (h.role = 'usg' OR a.area_id = ANY(h.area_ids) OR a.iso2 = ANY(h.countries))
    ORDER BY array_position($3::text[], h.role), h.appointment_id
    LIMIT 1
) AS p ON true
WHERE s.area_id = $1
