-- Residents of the people just added take their places at home (R-504). Rows are touched in
-- order, so that two loads never wait for each other in a circle.
INSERT INTO resident_count (area_id, key_kind, key, residents)
SELECT
    p.duty_station_area_id,
    k.key_kind,
    k.key,
    count(*)
FROM person AS p
CROSS JOIN LATERAL (
    VALUES ('total', ''), ('organization', p.organization_id), ('category', p.category)
) AS k (key_kind, key)
WHERE p.person_id = ANY($1::uuid[]) AND p.resident
GROUP BY p.duty_station_area_id, k.key_kind, k.key
ORDER BY p.duty_station_area_id, k.key_kind, k.key
ON CONFLICT (area_id, key_kind, key) DO UPDATE
SET residents = resident_count.residents + excluded.residents
