-- Areas with an advisory, in order of id, with the headlines of its texts; those whose advisory was
-- withdrawn, so that it has none, left out. $1 area after which the page begins, $2 country or
-- none, $3 limit.
SELECT
    a.area_id, h.advisory_id, h.version, h.default_language, h.change_summary, h.published_at,
    h.texts
FROM area_state AS s
INNER JOIN area AS a USING (area_id)
INNER JOIN advisory_head AS h ON h.advisory_id = s.advisory_id
WHERE a.area_id > $1 AND ($2::text IS NULL OR a.iso2 = $2)
    AND h.texts <> '[]'
ORDER BY a.area_id
LIMIT $3
