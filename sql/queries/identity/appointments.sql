-- Every appointment that is or will be in force, with the version it belongs to: one statement,
-- one snapshot. A version without appointments answers one row of nulls.
SELECT
    v.version,
    sc_now() AS now,
    a.appointment_id,
    a.person_id,
    a.client_id,
    a.role,
    a.area_ids,
    a.countries,
    a.organization_id,
    a.ad_interim,
    a.focal_point,
    a.valid_from,
    a.valid_to
FROM authority_version AS v
LEFT JOIN appointment AS a
    ON
        a.confirmed_at IS NOT NULL
        AND a.revoked_at IS NULL
        AND a.valid_to > sc_now()
