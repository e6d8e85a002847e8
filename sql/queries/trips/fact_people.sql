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
    coalesce(
        (SELECT s.status = 'deactivated' FROM person AS s WHERE s.person_id = p.sponsor_person_id),
        false
    ) AS sponsor_gone,
    p.senior_official,
    p.resident,
    p.medical_valid_to,
    p.revision,
    coalesce(p.family_name, p.given_names, p.full_name_local) IS NOT NULL AS named,
    p.reachable,
    p.next_of_kin,
    p.certificates,
    o.entitlement_notify_only,
    o.flight_concentration_max
FROM unnest($1::uuid[]) AS q (person_id)
-- one look-up for each: a thousand of them are no reason to read everybody
CROSS JOIN LATERAL (
    SELECT
        r.person_id,
        r.organization_id,
        r.category,
        r.recruitment,
        r.status,
        r.duty_station_area_id,
        r.sponsor_person_id,
        r.senior_official,
        r.resident,
        r.medical_valid_to,
        r.revision,
        r.family_name,
        r.given_names,
        r.full_name_local,
        r.reachable,
        r.next_of_kin,
        r.certificates
    FROM person AS r
    WHERE r.person_id = q.person_id
    OFFSET 0
) AS p
INNER JOIN organization AS o ON o.organization_id = p.organization_id
