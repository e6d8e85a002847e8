-- People about to change give up the places they hold at home as residents (R-504), while they
-- still have the revisions that were read. $1 people, $2 their revisions.
UPDATE resident_count AS r
SET residents = r.residents - d.leaving
FROM (
    SELECT
        p.duty_station_area_id AS area_id,
        k.key_kind,
        k.key,
        count(*)::integer AS leaving
    FROM unnest($1::uuid[], $2::bigint[]) AS q (person_id, revision)
    INNER JOIN person AS p ON p.person_id = q.person_id AND p.revision = q.revision
    CROSS JOIN LATERAL (
        VALUES ('total', ''), ('organization', p.organization_id), ('category', p.category)
    ) AS k (key_kind, key)
    WHERE p.resident
    GROUP BY p.duty_station_area_id, k.key_kind, k.key
) AS d
WHERE r.area_id = d.area_id AND r.key_kind = d.key_kind AND r.key = d.key
