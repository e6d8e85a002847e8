-- Locks the days of a batch in one order, making rows that are missing, and answers the arrivals by
-- rule counted on them.
WITH asked AS (
    SELECT DISTINCT a.area_id, a.day
    FROM unnest($1::text[], $2::date[]) AS a (area_id, day)
)
INSERT INTO arrival_count AS c (area_id, day)
SELECT a.area_id, a.day
FROM asked AS a
ORDER BY a.area_id COLLATE "C", a.day
ON CONFLICT (area_id, day) DO UPDATE SET arrivals = c.arrivals
RETURNING c.area_id, c.day, c.arrivals
