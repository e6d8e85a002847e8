-- Delegations in scope, newest first. $1 to $4 the scope: everywhere, persons, areas, countries;
-- $5 area, $6 state, $7 delegator, $8 delegate, or null; $9, $10 where the page before ended;
-- $11 how many.
SELECT d.*
FROM delegation_register AS d
WHERE (
        $1
        OR d.delegator_id = ANY($2::uuid[])
        OR d.delegate_person_id = ANY($2::uuid[])
        OR d.area_ids && $3::text[]
        OR d.countries && $4::text[]
        OR EXISTS (
            SELECT FROM area AS r
            WHERE (r.area_id = ANY(d.area_ids) AND r.iso2 = ANY($4::text[]))
                OR (r.area_id = ANY($3::text[]) AND r.iso2 = ANY(d.countries))
        )
    )
    AND (
        $5::text IS NULL
        OR $5 = ANY(d.area_ids)
        OR (SELECT r.iso2 FROM area AS r WHERE r.area_id = $5) = ANY(d.countries)
    )
    AND ($6::text IS NULL OR d.state = $6)
    AND ($7::uuid IS NULL OR d.delegator_id = $7)
    AND ($8::uuid IS NULL OR d.delegate_person_id = $8)
    AND ($9::timestamptz IS NULL OR (d.granted_at, d.delegation_id) < ($9, $10::uuid))
ORDER BY d.granted_at DESC, d.delegation_id DESC
LIMIT $11
