-- Adds people of an organization whose numbers are not taken yet. $1 the organization, $2 the
-- people.
INSERT INTO person (
    person_id, organization_id, staff_no, family_name, given_names, full_name_local, category,
    recruitment, functional_title, senior_official, duty_station_area_id, sponsor_person_id,
    relation, languages, medical_valid_to
)
SELECT
    r.person_id,
    $1,
    r.staff_no,
    r.family_name,
    r.given_names,
    r.full_name_local,
    r.category,
    r.recruitment,
    r.functional_title,
    coalesce(r.senior_official, FALSE),
    r.duty_station_area_id,
    r.sponsor_person_id,
    r.relation,
    coalesce(r.languages, '{}'),
    r.medical_valid_to
FROM
    jsonb_to_recordset($2::jsonb) AS r (
        person_id uuid,
        staff_no text,
        family_name text,
        given_names text,
        full_name_local text,
        category text,
        recruitment text,
        functional_title text,
        senior_official boolean,
        duty_station_area_id text,
        sponsor_person_id uuid,
        relation text,
        languages text[],
        medical_valid_to date
    )
ON CONFLICT (organization_id, staff_no) DO NOTHING
RETURNING person_id
