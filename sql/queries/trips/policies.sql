-- Policies in the versions that a decision read. $1 areas, $2 versions, one line each.
SELECT
    p.area_id,
    p.version,
    p.body
FROM unnest($1::text[], $2::int[]) AS q (area_id, version)
INNER JOIN area_policy AS p ON p.area_id = q.area_id AND p.version = q.version
