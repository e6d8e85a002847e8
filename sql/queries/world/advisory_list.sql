-- Areas with an advisory, in order of id, with the headlines of its texts. $1 area after which the
-- page begins, $2 country or none, $3 limit.
SELECT
    a.area_id,
    v.advisory_id,
    v.version,
    v.default_language,
    v.change_summary,
    v.published_at,
    (
        SELECT
            coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'language', t.one -> 'language',
                        'classification', t.one -> 'classification',
                        'headline', t.one -> 'headline'
                    )
                ),
                '[]'
            )
        FROM jsonb_array_elements(v.texts) AS t (one)
    )::text AS texts
FROM area_state AS s
INNER JOIN area AS a USING (area_id)
INNER JOIN advisory AS v ON v.advisory_id = s.advisory_id
WHERE a.area_id > $1 AND ($2::text IS NULL OR a.iso2 = $2)
ORDER BY a.area_id
LIMIT $3
