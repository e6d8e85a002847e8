-- The published versions of an area's advisory, newest first. $1 area, $2 version before which the
-- page begins, $3 limit, $4 classifications that the reader may see.
SELECT
    v.advisory_id,
    v.version,
    v.supersedes,
    v.default_language,
    v.change_summary,
    v.published_at,
    v.published_by,
    v.drafted_by,
    v.texts = '[]' AS withdrawn,
    (
        SELECT coalesce(jsonb_agg(DISTINCT t.one ->> 'language'), '[]')
        FROM jsonb_array_elements(v.texts) AS t (one)
        WHERE t.one ->> 'classification' = ANY($4::text[])
    )::text AS languages
FROM advisory AS v
WHERE v.area_id = $1 AND v.version < $2
ORDER BY v.version DESC
LIMIT $3
