-- One delegation, where it is in scope. $1 the id; $2 to $5 the scope: everywhere, persons,
-- areas, countries. An organization sees none.
SELECT d.*
FROM delegation_register AS d
WHERE d.delegation_id = $1
    AND (
        $2
        OR d.delegator_id = ANY($3::uuid[])
        OR d.delegate_person_id = ANY($3::uuid[])
        OR d.area_ids && $4::text[]
        OR d.countries && $5::text[]
        OR EXISTS (
            SELECT FROM area AS r
            WHERE (r.area_id = ANY(d.area_ids) AND r.iso2 = ANY($5::text[]))
                OR (r.area_id = ANY($4::text[]) AND r.iso2 = ANY(d.countries))
        )
    )
