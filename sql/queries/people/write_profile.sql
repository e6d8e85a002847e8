-- Replaces a profile that nobody changed in between; answers nothing where somebody did.
-- $1 person, $2 the revision that was read.
UPDATE person
SET
    staff_no = $3,
    family_name = $4,
    given_names = $5,
    full_name_local = $6,
    category = $7,
    recruitment = $8,
    status = $9,
    status_changed_at = CASE WHEN status = $9 THEN status_changed_at ELSE sc_now() END,
    status_changed_by = CASE WHEN status = $9 THEN status_changed_by ELSE $10::uuid END,
    functional_title = $11,
    senior_official = $12,
    duty_station_area_id = $13,
    languages = $14,
    residence_place = $15,
    residence_lon = ($16::double precision)::numeric(5, 2),
    residence_lat = ($17::double precision)::numeric(4, 2),
    medical_valid_to = $18,
    revision = revision + 1,
    updated_at = sc_now()
WHERE person_id = $1 AND revision = $2
RETURNING revision
