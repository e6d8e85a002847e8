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
FROM person AS p
INNER JOIN organization AS o ON o.organization_id = p.organization_id
WHERE p.person_id = ANY($1)
