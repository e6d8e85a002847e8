-- Locks the nights of a batch in one order, making rows that are missing, and answers the places
-- taken on them, of the newest version, residents present included.
WITH asked AS (
    SELECT DISTINCT a.area_id, a.night, a.key_kind, a.key
    FROM unnest($1::text[], $2::date[], $3::text[], $4::text[])
        AS a (area_id, night, key_kind, key)
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
LEFT JOIN resident_count AS r
    ON r.area_id = l.area_id AND r.key_kind = l.key_kind AND r.key = l.key
