-- Appointments in scope, newest first. $1 to $5 the scope: everywhere, persons, organizations,
-- areas, countries; $6 role, $7 person, $8 area, $9 state, or null; $10, $11 where the page before
-- ended; $12 how many.
SELECT a.*
FROM appointment_register AS a
WHERE (
        $1
        OR a.person_id = ANY($2::uuid[])
        OR a.organization_id = ANY($3::text[])
        OR a.area_ids && $4::text[]
        OR a.countries && $5::text[]
        OR EXISTS (
            SELECT FROM area AS r
            WHERE (r.area_id = ANY(a.area_ids) AND r.iso2 = ANY($5::text[]))
                OR (r.area_id = ANY($4::text[]) AND r.iso2 = ANY(a.countries))
        )
    )
    AND ($6::text IS NULL OR a.role = $6)
    AND ($7::uuid IS NULL OR a.person_id = $7)
    AND (
        $8::text IS NULL
        OR $8 = ANY(a.area_ids)
        OR (SELECT r.iso2 FROM area AS r WHERE r.area_id = $8) = ANY(a.countries)
    )
    AND ($9::text IS NULL OR a.state = $9)
    AND ($10::timestamptz IS NULL OR (a.recorded_at, a.appointment_id) < ($10, $11::uuid))
ORDER BY a.recorded_at DESC, a.appointment_id DESC
LIMIT $12
