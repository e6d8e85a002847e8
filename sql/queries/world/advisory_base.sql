-- What the next advisory of areas is written over: the published texts, and the draft where there
-- is one. $1 areas.
SELECT
    s.area_id,
    s.advisory_version,
    v.default_language,
    v.texts::text AS texts,
    d.revision AS draft_revision,
    d.based_on,
    d.default_language AS draft_language,
    d.texts::text AS draft_texts
FROM area_state AS s
LEFT JOIN advisory AS v ON v.advisory_id = s.advisory_id
LEFT JOIN advisory_draft AS d ON d.area_id = s.area_id
WHERE s.area_id = ANY($1::text[])
ORDER BY s.area_id
