-- The nights on which a clearance finds no place are asked for each that waits. In SQL the function
-- was planned anew every time, which took longer than what it looks up; this one keeps its plan,
-- and looks each thing up by its key, so that a plan made while a table is empty does for a full
-- one. What it says is what it said.

CREATE OR REPLACE FUNCTION full_nights(clearance uuid) RETURNS date[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT n.night ORDER BY n.night), '{}')
        FROM (
            SELECT w.area_id, w.place_nights, w.place_keys
            FROM clearance AS w
            WHERE w.clearance_id = $1
            OFFSET 0
        ) AS c
        CROSS JOIN LATERAL (
            SELECT s.policy_version FROM area_state AS s WHERE s.area_id = c.area_id OFFSET 0
        ) AS now
        CROSS JOIN LATERAL (
            SELECT v.body
            FROM area_policy AS v
            WHERE v.area_id = c.area_id AND v.version = now.policy_version
            OFFSET 0
        ) AS p
        CROSS JOIN LATERAL unnest(c.place_keys) AS k (named)
        CROSS JOIN LATERAL (
            SELECT
                split_part(k.named, ':', 1) AS kind,
                substr(k.named, strpos(k.named, ':') + 1) AS key,
                ceiling_of(p.body, k.named) AS ceiling
            OFFSET 0
        ) AS q
        LEFT JOIN LATERAL (
            SELECT here.residents
            FROM resident_count AS here
            WHERE here.area_id = c.area_id AND here.key_kind = q.kind AND here.key = q.key
            OFFSET 0
        ) AS r ON true
        CROSS JOIN LATERAL unnest(c.place_nights) AS n (night)
        LEFT JOIN LATERAL (
            SELECT taken.committed, taken.away
            FROM night_count AS taken
            WHERE taken.area_id = c.area_id AND taken.night = n.night
                AND taken.key_kind = q.kind AND taken.key = q.key
            OFFSET 0
        ) AS t ON true
        CROSS JOIN LATERAL (
            -- what stands in for it gives its places back
            SELECT count(*) AS own
            FROM (
                SELECT o.state, o.area_id, o.place_nights, o.place_keys
                FROM clearance AS o
                WHERE o.successor_id = $1
                OFFSET 0
            ) AS h
            WHERE place_hold(h.state) = 'binding' AND h.area_id = c.area_id
                AND n.night = ANY(h.place_nights) AND k.named = ANY(h.place_keys)
        ) AS held
        WHERE coalesce(t.committed, 0) - held.own
            + greatest(coalesce(r.residents, 0) - coalesce(t.away, 0), 0) >= q.ceiling
    );
END
$$;
