-- The nights of an area against its ceilings in force: one line each night and ceiling. $1 area,
-- $2 first and $3 last night.
WITH limited AS (
    SELECT 'total' AS key_kind, '' AS key, (p.body #>> '{ceilings,total}')::bigint AS ceiling
    FROM area_state AS s
    INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
    WHERE s.area_id = $1 AND p.body #>> '{ceilings,total}' IS NOT NULL
    UNION ALL
    SELECT k.kind, e.key, e.value::bigint
    FROM area_state AS s
    INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
    CROSS JOIN (
        VALUES ('organization', 'by_organization'), ('category', 'by_category')
    ) AS k (kind, field)
    CROSS JOIN LATERAL jsonb_each_text(coalesce(p.body #> ARRAY['ceilings', k.field], '{}'))
        AS e (key, value)
    WHERE s.area_id = $1
),
waiting AS (
    SELECT n.night, k.named, count(*) AS waiting
    FROM ceiling_wait AS q
    INNER JOIN clearance AS c ON c.clearance_id = q.clearance_id
    CROSS JOIN LATERAL unnest(c.place_nights) AS n (night)
    CROSS JOIN LATERAL unnest(c.place_keys) AS k (named)
    WHERE q.area_id = $1 AND n.night BETWEEN $2 AND $3
    GROUP BY n.night, k.named
)
SELECT
    $2::date + d.day AS night, l.key_kind, l.key, l.ceiling,
    coalesce(n.committed, 0) AS committed, coalesce(n.soft, 0) AS soft,
    greatest(coalesce(r.residents, 0) - coalesce(n.away, 0), 0) AS residents,
    coalesce(w.waiting, 0) AS waiting
FROM generate_series(0, $3::date - $2::date) AS d (day)
CROSS JOIN limited AS l
LEFT JOIN night_count AS n
    ON n.area_id = $1 AND n.night = $2::date + d.day AND n.key_kind = l.key_kind AND n.key = l.key
LEFT JOIN resident_count AS r
    ON r.area_id = $1 AND r.key_kind = l.key_kind AND r.key = l.key
LEFT JOIN waiting AS w
    ON w.night = $2::date + d.day AND w.named = l.key_kind || ':' || l.key
ORDER BY d.day, l.key_kind DESC, l.key
