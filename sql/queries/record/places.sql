-- Takes the places of new clearances, nights in one order.
INSERT INTO night_count AS c (area_id, night, key_kind, key, committed, soft, away)
SELECT a.area_id, a.night, a.key_kind, a.key, sum(a.committed), sum(a.soft), sum(a.away)
FROM unnest(
    $1::integer[], $2::text[], $3::date[], $4::text[], $5::text[], $6::integer[], $7::integer[],
    $8::integer[]
) AS a (n, area_id, night, key_kind, key, committed, soft, away)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
GROUP BY a.area_id, a.night, a.key_kind, a.key
ORDER BY a.area_id COLLATE "C", a.night, a.key_kind COLLATE "C", a.key COLLATE "C"
ON CONFLICT (area_id, night, key_kind, key) DO UPDATE SET
    committed = c.committed + excluded.committed, soft = c.soft + excluded.soft,
    away = c.away + excluded.away
