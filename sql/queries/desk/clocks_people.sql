-- Who holds which role over areas, and who speaks for organizations, in force now. $1 areas,
-- $2 organizations.
WITH asked AS (
    SELECT q.area_id, a.iso2
    FROM unnest($1::text[]) AS q (area_id)
    INNER JOIN area AS a ON a.area_id = q.area_id
),
held AS MATERIALIZED (
    SELECT h.person_id, h.role, h.area_ids, h.countries, h.organization_id
    FROM appointment_in_force AS h
    WHERE
        h.person_id IS NOT NULL
        AND h.role IN (
            'area_security_coordinator', 'security_adviser', 'designated_official', 'usg',
            'travel_focal_point'
        )
),
given AS MATERIALIZED (
    SELECT d.delegate_person_id AS person_id, d.area_ids, d.countries
    FROM delegation_in_force AS d
    WHERE d.delegate_person_id IS NOT NULL
)
SELECT q.area_id, NULL::text AS organization_id, h.role, h.person_id
FROM held AS h
CROSS JOIN LATERAL unnest(h.area_ids) AS u (area_id)
INNER JOIN asked AS q ON q.area_id = u.area_id
WHERE h.role NOT IN ('usg', 'travel_focal_point')
UNION
SELECT q.area_id, NULL, h.role, h.person_id
FROM held AS h
CROSS JOIN LATERAL unnest(h.countries) AS u (iso2)
INNER JOIN asked AS q ON q.iso2 = u.iso2
WHERE h.role NOT IN ('usg', 'travel_focal_point')
UNION
SELECT q.area_id, NULL, 'delegate', g.person_id
FROM given AS g
CROSS JOIN LATERAL unnest(g.area_ids) AS u (area_id)
INNER JOIN asked AS q ON q.area_id = u.area_id
UNION
SELECT q.area_id, NULL, 'delegate', g.person_id
FROM given AS g
CROSS JOIN LATERAL unnest(g.countries) AS u (iso2)
INNER JOIN asked AS q ON q.iso2 = u.iso2
UNION
SELECT NULL, NULL, h.role, h.person_id
FROM held AS h
WHERE h.role = 'usg'
UNION
SELECT NULL, h.organization_id, h.role, h.person_id
FROM held AS h
WHERE h.role = 'travel_focal_point' AND h.organization_id = ANY($2::text[])
ORDER BY area_id, organization_id, role, person_id
