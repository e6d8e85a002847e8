-- Areas with an advisory, the latest published first, with the headlines of its texts. $1 how many.
SELECT
    v.area_id,
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
INNER JOIN advisory AS v ON v.advisory_id = s.advisory_id
ORDER BY v.published_at DESC, v.advisory_id DESC
LIMIT $1
