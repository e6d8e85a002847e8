-- One appointment, where it is in scope. $1 the id; $2 to $6 the scope: everywhere, persons,
-- organizations, areas, countries.
SELECT a.*
FROM appointment_register AS a
WHERE a.appointment_id = $1
    AND (
        $2
        OR a.person_id = ANY($3::uuid[])
        OR a.organization_id = ANY($4::text[])
        OR a.area_ids && $5::text[]
        OR a.countries && $6::text[]
        OR EXISTS (
            SELECT FROM area AS r
            WHERE (r.area_id = ANY(a.area_ids) AND r.iso2 = ANY($6::text[]))
                OR (r.area_id = ANY($5::text[]) AND r.iso2 = ANY(a.countries))
        )
    )
