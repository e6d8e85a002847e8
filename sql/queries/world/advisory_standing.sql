-- How an area's advisory stands, with the draft of the next version, and the appointment that
-- permits to change it: in force at the database's time and covering the area. $1 area, $2 person,
-- $3 roles. Nothing stands where the last version, which has no text, withdrew it.
SELECT
    s.advisory_version,
    v.default_language AS stands_in,
    sc_now() AS now,
    d.revision AS draft_revision,
    d.based_on,
    d.default_language,
    d.change_summary,
    d.texts::text AS texts,
    d.saved_by,
    d.saved_at,
    p.appointment_id
FROM area_state AS s
INNER JOIN area AS a USING (area_id)
LEFT JOIN advisory_draft AS d USING (area_id)
LEFT JOIN advisory AS v ON v.advisory_id = s.advisory_id AND v.texts <> '[]'
LEFT JOIN LATERAL (
    SELECT h.appointment_id
    FROM appointment AS h
    WHERE
        h.person_id = $2
        AND h.role = ANY($3::text[])
        AND h.confirmed_at IS NOT NULL
        AND h.revoked_at IS NULL
        AND h.valid_from <= sc_now()
        AND sc_now() < h.valid_to
        AND (h.role = 'usg' OR a.area_id = ANY(h.area_ids) OR a.iso2 = ANY(h.countries))
    ORDER BY array_position($3::text[], h.role), h.appointment_id
    LIMIT 1
) AS p ON true
WHERE s.area_id = $1
