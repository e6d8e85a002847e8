-- Counts the arrivals by rule of new clearances, days in one order.
INSERT INTO arrival_count AS c (area_id, day, arrivals)
SELECT a.area_id, a.day, count(*)
FROM unnest($1::integer[], $2::text[], $3::date[]) AS a (n, area_id, day)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
GROUP BY a.area_id, a.day
ORDER BY a.area_id COLLATE "C", a.day
ON CONFLICT (area_id, day) DO UPDATE SET arrivals = c.arrivals + excluded.arrivals
