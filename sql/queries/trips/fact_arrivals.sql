-- Arrivals by rule already counted (R-410). $1 areas, $2 local days, one line each.
SELECT
    q.area_id,
    q.day,
    a.arrivals
FROM unnest($1::text[], $2::date[]) AS q (area_id, day)
-- one look-up for each, also by a plan that was made while there were none
CROSS JOIN LATERAL (
    SELECT r.arrivals
    FROM arrival_count AS r
    WHERE r.area_id = q.area_id AND r.day = q.day
    OFFSET 0
) AS a
