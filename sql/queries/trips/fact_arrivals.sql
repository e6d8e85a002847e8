-- Arrivals by rule already counted (R-410). $1 areas, $2 local days, one line each.
SELECT
    a.area_id,
    a.day,
    a.arrivals
FROM unnest($1::text[], $2::date[]) AS q (area_id, day)
INNER JOIN arrival_count AS a ON a.area_id = q.area_id AND a.day = q.day
