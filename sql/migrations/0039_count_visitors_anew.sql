-- What clearances take of ceilings is counted anew with every approval of what a rule had refused
-- a place. In SQL the function was planned anew every time, which took longer than the counting;
-- this one keeps its plan, and looks each thing up by its key, so that a plan made while a table is
-- empty does for a full one. What it counts is what it counted.

CREATE OR REPLACE FUNCTION count_visitors_anew(clearances uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    WITH due AS (
        SELECT
            c.clearance_id, place_hold(c.state) AS hold,
            c.place_nights AS old_nights, c.place_keys AS old_keys,
            CASE WHEN w.keys IS NOT NULL THEN w.nights END AS new_nights,
            CASE WHEN w.nights IS NOT NULL THEN w.keys END AS new_keys
        FROM unnest($1) AS q (clearance_id)
        CROSS JOIN LATERAL (
            SELECT r.* FROM clearance AS r WHERE r.clearance_id = q.clearance_id OFFSET 0
        ) AS c
        CROSS JOIN LATERAL (
            SELECT r.organization_id, r.category, r.resident, r.duty_station_area_id
            FROM person AS r
            WHERE r.person_id = c.person_id
            OFFSET 0
        ) AS who
        CROSS JOIN LATERAL (
            SELECT r.policy_version FROM area_state AS r WHERE r.area_id = c.area_id OFFSET 0
        ) AS s
        CROSS JOIN LATERAL (
            SELECT r.body
            FROM area_policy AS r
            WHERE r.area_id = c.area_id AND r.version = s.policy_version
            OFFSET 0
        ) AS p
        CROSS JOIN LATERAL (
            SELECT
                visitor_nights(p.body, c.arrive, c.nights) AS nights,
                visitor_keys(p.body, who.organization_id, who.category) AS keys
        ) AS w
        WHERE c.outcome <> 'notify'
            AND NOT (who.resident AND who.duty_station_area_id = c.area_id)
    ),
    changed AS (
        UPDATE clearance AS c SET place_nights = d.new_nights, place_keys = d.new_keys
        FROM due AS d
        WHERE c.clearance_id = d.clearance_id
            AND (d.old_nights, d.old_keys) IS DISTINCT FROM (d.new_nights, d.new_keys)
        RETURNING c.area_id, d.hold, d.old_nights, d.old_keys, d.new_nights, d.new_keys
    ),
    place AS (
        SELECT
            a.area_id, a.night, split_part(a.named, ':', 1) AS key_kind,
            substr(a.named, strpos(a.named, ':') + 1) AS key,
            sum((a.hold = 'binding')::integer * a.places) AS committed,
            sum((a.hold = 'soft')::integer * a.places) AS soft
        FROM (
            SELECT c.area_id, c.hold, n.night, k.named, -1 AS places
            FROM changed AS c
            CROSS JOIN LATERAL unnest(c.old_nights) AS n (night)
            CROSS JOIN LATERAL unnest(c.old_keys) AS k (named)
            UNION ALL
            SELECT c.area_id, c.hold, n.night, k.named, 1
            FROM changed AS c
            CROSS JOIN LATERAL unnest(c.new_nights) AS n (night)
            CROSS JOIN LATERAL unnest(c.new_keys) AS k (named)
        ) AS a
        GROUP BY 1, 2, 3, 4
    )
    INSERT INTO night_count AS c (area_id, night, key_kind, key, committed, soft)
    SELECT p.area_id, p.night, p.key_kind, p.key, p.committed, p.soft
    FROM place AS p
    WHERE p.committed <> 0 OR p.soft <> 0
    ORDER BY p.area_id COLLATE "C", p.night, p.key_kind COLLATE "C", p.key COLLATE "C"
    ON CONFLICT (area_id, night, key_kind, key) DO UPDATE SET
        committed = c.committed + excluded.committed, soft = c.soft + excluded.soft;
END
$$;
