-- Batches that decide live clearances again, the latest first, as far as they touch land in sight;
-- those about people, for who sees everything. $1 everywhere, $2 areas, $3 countries, $4 and $5 the
-- time and batch before which the page begins, $6 how many, $7 one batch alone or null.
SELECT
    r.redecision_id, r.cause, r.person_id, r.world_version, r.requested_by, r.requested_at,
    r.began_at, r.listed_at, r.decided_at, r.settled_at, r.listed, r.foreseen, r.applied,
    own.areas,
    (
        SELECT coalesce(sum(t.clearances), 0)::bigint
        FROM redecision_tally AS t
        WHERE t.redecision_id = r.redecision_id
    ) AS done
FROM redecision AS r
CROSS JOIN LATERAL (
    SELECT
        coalesce(
            array_agg(DISTINCT o.area_id ORDER BY o.area_id) FILTER (WHERE o.area_id IS NOT NULL),
            '{}'
        ) AS areas,
        coalesce(bool_or(a.area_id = ANY($2::text[]) OR a.iso2 = ANY($3::text[])), false) AS seen
    FROM (
        SELECT r.area_id
        UNION ALL
        SELECT l.area_id FROM redecision AS l WHERE l.leader_id = r.redecision_id
    ) AS o
    LEFT JOIN area AS a ON a.area_id = o.area_id
) AS own
WHERE
    r.leader_id IS NULL
    AND r.cause <> 'place'
    AND (r.requested_at, r.redecision_id) < ($4, $5)
    AND (
        $7::uuid IS NULL
        OR r.redecision_id = $7
        OR r.redecision_id = (SELECT m.leader_id FROM redecision AS m WHERE m.redecision_id = $7)
    )
    AND ($1 OR own.seen)
ORDER BY r.requested_at DESC, r.redecision_id DESC
LIMIT $6
