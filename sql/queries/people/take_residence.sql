-- People who were changed take their places at home again, as they are now. $1 people, $2 the
-- revisions they have now.
INSERT INTO resident_count (area_id, key_kind, key, residents)
SELECT
    p.duty_station_area_id,
    k.key_kind,
    k.key,
    count(*)
FROM unnest($1::uuid[], $2::bigint[]) AS q (person_id, revision)
INNER JOIN person AS p ON p.person_id = q.person_id AND p.revision = q.revision
CROSS JOIN LATERAL (
    VALUES ('total', ''), ('organization', p.organization_id), ('category', p.category)
) AS k (key_kind, key)
WHERE p.resident
GROUP BY p.duty_station_area_id, k.key_kind, k.key
ORDER BY p.duty_station_area_id, k.key_kind, k.key
ON CONFLICT (area_id, key_kind, key) DO UPDATE
SET residents = resident_count.residents + excluded.residents
