-- Brings people up to date with what an import says; what it leaves out stays. Only who really
-- changes gets a new revision: a nightly import of everybody disturbs nobody. $1 the people,
-- $2 those whose certificates have changed.
WITH given AS (
    SELECT
        r.*,
        coalesce(r.full_name_local, p.full_name_local) AS local_now,
        coalesce(r.given_names, p.given_names) AS given_now,
        coalesce(r.functional_title, p.functional_title) AS title_now,
        coalesce(r.senior_official, p.senior_official) AS senior_now,
        coalesce(r.duty_station_area_id, p.duty_station_area_id) AS station_now,
        coalesce(r.sponsor_person_id, p.sponsor_person_id) AS sponsor_now,
        coalesce(r.relation, p.relation) AS relation_now,
        coalesce(r.languages, p.languages) AS languages_now,
        coalesce(r.medical_valid_to, p.medical_valid_to) AS medical_now,
        (p.category, p.recruitment, p.senior_official, p.duty_station_area_id, p.medical_valid_to)
        IS DISTINCT FROM (
            r.category,
            r.recruitment,
            coalesce(r.senior_official, p.senior_official),
            coalesce(r.duty_station_area_id, p.duty_station_area_id),
            coalesce(r.medical_valid_to, p.medical_valid_to)
        ) AS alters
    FROM
        jsonb_to_recordset($1::jsonb) AS r (
            person_id uuid,
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
            medical_valid_to date,
            contacts jsonb,
            emergency_contacts jsonb
        )
    INNER JOIN person AS p ON p.person_id = r.person_id
)
UPDATE person AS p
SET
    family_name = g.family_name,
    given_names = g.given_now,
    full_name_local = g.local_now,
    category = g.category,
    recruitment = g.recruitment,
    functional_title = g.title_now,
    senior_official = g.senior_now,
    duty_station_area_id = g.station_now,
    sponsor_person_id = g.sponsor_now,
    relation = g.relation_now,
    languages = g.languages_now,
    medical_valid_to = g.medical_now,
    revision = p.revision + 1,
    updated_at = sc_now()
FROM given AS g
WHERE
    p.person_id = g.person_id
    AND (
        g.alters
        OR p.person_id = ANY($2::uuid[])
        OR (
            p.family_name, p.given_names, p.full_name_local, p.functional_title,
            p.sponsor_person_id, p.relation, p.languages
        ) IS DISTINCT FROM (
            g.family_name, g.given_now, g.local_now, g.title_now, g.sponsor_now, g.relation_now,
            g.languages_now
        )
        OR g.contacts <> coalesce(
            (
                SELECT
                    jsonb_agg(
                        jsonb_build_object('kind', c.kind, 'value', c.value)
                        ORDER BY c.position
                    )
                FROM person_contact AS c
                WHERE c.person_id = p.person_id
            ),
            '[]'
        )
        OR g.emergency_contacts <> coalesce(
            (
                SELECT
                    jsonb_agg(
                        jsonb_build_object(
                            'name', e.name, 'relation', e.relation, 'phone', e.phone,
                            'language', e.language
                        )
                        ORDER BY e.position
                    )
                FROM emergency_contact AS e
                WHERE e.person_id = p.person_id
            ),
            '[]'
        )
    )
RETURNING p.person_id, p.revision, g.alters
