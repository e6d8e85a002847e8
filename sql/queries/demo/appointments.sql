-- Roles of the cast, recorded by one and confirmed by another.
INSERT INTO appointment (
    appointment_id, person_id, client_id, role, area_ids, countries, organization_id, ad_interim,
    focal_point, letter_ref, recorded_by, confirmed_by, confirmed_at, valid_from, valid_to
)
SELECT
    r.appointment_id,
    r.person_id,
    r.client_id,
    r.role,
    r.area_ids,
    r.countries,
    r.organization_id,
    r.ad_interim,
    r.focal_point,
    r.letter_ref,
    r.recorded_by,
    r.confirmed_by,
    sc_now(),
    sc_now() - INTERVAL '1 day',
    sc_now() + INTERVAL '5 years'
FROM
    jsonb_to_recordset($1::jsonb) AS r (
        appointment_id uuid,
        person_id uuid,
        client_id uuid,
        role text,
        area_ids text[],
        countries text[],
        organization_id text,
        ad_interim boolean,
        focal_point boolean,
        letter_ref text,
        recorded_by uuid,
        confirmed_by uuid
    )
ON CONFLICT (appointment_id) DO NOTHING
