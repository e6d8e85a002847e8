-- A clearance that stands in for a successor gives its places back when that one is decided
-- (domain.md b.4): they are not in the successor's way.

CREATE OR REPLACE FUNCTION full_nights(clearance uuid) RETURNS date[]
LANGUAGE sql STABLE
AS $$
SELECT coalesce(array_agg(DISTINCT n.night ORDER BY n.night), '{}')
FROM clearance AS c
INNER JOIN area_state AS s ON s.area_id = c.area_id
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
CROSS JOIN LATERAL unnest(c.place_nights) AS n (night)
CROSS JOIN LATERAL unnest(c.place_keys) AS k (named)
CROSS JOIN LATERAL (
    SELECT split_part(k.named, ':', 1) AS kind, substr(k.named, strpos(k.named, ':') + 1) AS key
) AS q
LEFT JOIN night_count AS t
    ON t.area_id = c.area_id AND t.night = n.night AND t.key_kind = q.kind AND t.key = q.key
LEFT JOIN resident_count AS r
    ON r.area_id = c.area_id AND r.key_kind = q.kind AND r.key = q.key
CROSS JOIN LATERAL (
    SELECT count(*) AS own
    FROM clearance AS h
    WHERE h.successor_id = c.clearance_id AND place_hold(h.state) = 'binding'
        AND h.area_id = c.area_id AND n.night = ANY(h.place_nights)
        AND k.named = ANY(h.place_keys)
) AS held
WHERE c.clearance_id = clearance
    AND coalesce(t.committed, 0) - held.own
        + greatest(coalesce(r.residents, 0) - coalesce(t.away, 0), 0)
        >= ceiling_of(p.body, k.named)
$$;
