-- Areas with an advisory, the latest published first, with the headlines of its texts; it has none
-- where it was withdrawn. $1 how many.
SELECT
    s.area_id, h.advisory_id, h.version, h.default_language, h.change_summary, h.published_at,
    h.texts
FROM area_state AS s
INNER JOIN advisory_head AS h ON h.advisory_id = s.advisory_id
ORDER BY h.published_at DESC, h.advisory_id DESC
LIMIT $1
