-- People in bulk.
COPY person (
    person_id, organization_id, staff_no, family_name, given_names, category, recruitment, status,
    functional_title, senior_official, duty_station_area_id, sponsor_person_id, relation, languages,
    residence_place, residence_lon, residence_lat, medical_valid_to
)
FROM STDIN
