-- Compares what live clearances were decided again with to what is true now, under the locks: areas
-- and people that have moved on, and the time. $1 areas, $2 their revisions, $3 people, $4 theirs.
SELECT 'now' AS kind, NULL::text AS area_id, NULL::uuid AS person_id, sc_now() AS now
UNION ALL
SELECT 'area', s.area_id, NULL, NULL
FROM unnest($1::text[], $2::bigint[]) AS s (area_id, revision)
LEFT JOIN LATERAL (
    SELECT a.revision FROM area_state AS a WHERE a.area_id = s.area_id OFFSET 0
) AS held ON true
WHERE held.revision IS DISTINCT FROM s.revision
UNION ALL
SELECT 'person', NULL, s.person_id, NULL
FROM unnest($3::uuid[], $4::bigint[]) AS s (person_id, revision)
LEFT JOIN LATERAL (
    SELECT p.revision FROM person AS p WHERE p.person_id = s.person_id OFFSET 0
) AS held ON true
WHERE held.revision IS DISTINCT FROM s.revision
