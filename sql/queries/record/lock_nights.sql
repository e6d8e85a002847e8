-- Locks the nights of a batch in one order, making rows that are missing, and answers the places
-- taken on them, of the newest version, residents present included: the nights that decisions
-- depend on, one line each ($1 to $4), and those of clearances that are to become positive ($5).
WITH asked AS (
    SELECT a.area_id, a.night, a.key_kind, a.key
    FROM unnest($1::text[], $2::date[], $3::text[], $4::text[])
        AS a (area_id, night, key_kind, key)
    UNION
    SELECT
        c.area_id, n.night, split_part(k.named, ':', 1),
        substr(k.named, strpos(k.named, ':') + 1)
    FROM unnest($5::uuid[]) AS q (clearance_id)
    CROSS JOIN LATERAL (
        SELECT r.area_id, r.place_nights, r.place_keys, r.away_area_id, r.away_nights, r.away_keys
        FROM clearance AS r
        WHERE r.clearance_id = q.clearance_id
        OFFSET 0
    ) AS own
    CROSS JOIN LATERAL (
        VALUES
            (own.area_id, own.place_nights, own.place_keys),
            (own.away_area_id, own.away_nights, own.away_keys)
    ) AS c (area_id, nights, keys)
    CROSS JOIN LATERAL unnest(c.nights) AS n (night)
    CROSS JOIN LATERAL unnest(c.keys) AS k (named)
),
locked AS (
    INSERT INTO night_count AS c (area_id, night, key_kind, key)
    SELECT a.area_id, a.night, a.key_kind, a.key
    FROM asked AS a
    ORDER BY a.area_id COLLATE "C", a.night, a.key_kind COLLATE "C", a.key COLLATE "C"
    ON CONFLICT (area_id, night, key_kind, key) DO UPDATE SET committed = c.committed
    RETURNING c.area_id, c.night, c.key_kind, c.key, c.committed, c.away
)
SELECT
    l.area_id, l.night, l.key_kind, l.key, l.committed,
    greatest(coalesce(r.residents, 0) - l.away, 0) AS residents
FROM locked AS l
LEFT JOIN LATERAL (
    SELECT here.residents
    FROM resident_count AS here
    WHERE here.area_id = l.area_id AND here.key_kind = l.key_kind AND here.key = l.key
    OFFSET 0
) AS r ON true
