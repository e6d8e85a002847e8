-- A published version of an area's advisory. $1 area, $2 version.
SELECT
    a.advisory_id,
    a.area_id,
    a.version,
    a.supersedes,
    a.default_language,
    a.change_summary,
    a.texts::text AS texts,
    a.published_at,
    a.published_by,
    b.published_at AS superseded_at
FROM advisory AS a
LEFT JOIN advisory AS b ON b.area_id = a.area_id AND b.version = a.supersedes
WHERE a.area_id = $1 AND a.version = $2
