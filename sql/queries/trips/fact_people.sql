-- Travellers as a decision reads them, with certificates and the rules of their organization, in
-- one snapshot: the revision belongs to exactly these facts. $1 person ids.
SELECT
    p.person_id,
    p.organization_id,
    p.category,
    p.recruitment,
    p.status,
    p.duty_station_area_id,
    p.sponsor_person_id,
    p.senior_official,
    p.resident,
    p.medical_valid_to,
    p.revision,
    coalesce(p.family_name, p.given_names, p.full_name_local) IS NOT NULL AS named,
    EXISTS (
        SELECT FROM person_contact AS c
        WHERE c.person_id = p.person_id
    ) AS reachable,
    EXISTS (
        SELECT FROM emergency_contact AS e
        WHERE e.person_id = p.person_id
    ) AS next_of_kin,
    o.entitlement_notify_only,
    o.flight_concentration_max,
    held.courses,
    held.completed,
    held.expires,
    held.states
FROM person AS p
INNER JOIN organization AS o ON o.organization_id = p.organization_id
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(c.course ORDER BY c.course, c.completed_on), '{}') AS courses,
        coalesce(array_agg(c.completed_on ORDER BY c.course, c.completed_on), '{}') AS completed,
        coalesce(array_agg(c.expires_on ORDER BY c.course, c.completed_on), '{}') AS expires,
        coalesce(array_agg(c.state ORDER BY c.course, c.completed_on), '{}') AS states
    FROM certificate AS c
    WHERE c.person_id = p.person_id
) AS held
WHERE p.person_id = ANY($1)
