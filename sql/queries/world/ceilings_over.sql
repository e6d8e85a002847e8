-- Nights with more people than the ceilings in force have places, from the area's today on (R-507).
-- $1 area.
SELECT n.night, n.key_kind, n.key, c.ceiling, n.committed, r.residents
FROM area_state AS s
INNER JOIN area AS a ON a.area_id = s.area_id
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
INNER JOIN night_count AS n ON n.area_id = s.area_id
LEFT JOIN resident_count AS h
    ON h.area_id = n.area_id AND h.key_kind = n.key_kind AND h.key = n.key
CROSS JOIN LATERAL (
    SELECT ceiling_of(p.body, n.key_kind || ':' || n.key) AS ceiling
) AS c
CROSS JOIN LATERAL (
    SELECT greatest(coalesce(h.residents, 0) - n.away, 0) AS residents
) AS r
WHERE
    s.area_id = $1
    AND n.night >= (sc_now() AT TIME ZONE a.time_zone)::date
    AND n.committed + r.residents > c.ceiling
ORDER BY n.night, n.key_kind DESC, n.key
