-- Policies in force whose review date comes before a time, the earliest first. $1 the time;
-- everywhere ($2), or in $3 areas and $4 countries; after $5 review date, $6 area; $7 limit.
SELECT
    p.area_id, a.name, a.iso2, p.version, p.review_at, p.body ->> 'clearance_mode' AS mode,
    p.review_at <= sc_now() AS past
FROM area_state AS s
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
INNER JOIN area AS a ON a.area_id = s.area_id
WHERE p.review_at <= $1
    AND ($2::boolean OR p.area_id = ANY($3::text[]) OR a.iso2 = ANY($4::text[]))
    AND ($5::timestamptz IS NULL OR (p.review_at, p.area_id) > ($5, $6::text))
ORDER BY p.review_at, p.area_id
LIMIT $7
