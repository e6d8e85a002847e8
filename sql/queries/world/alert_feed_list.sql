-- Feeds on the list for land in sight, in the order in which they were put there. $1 everywhere,
-- $2 areas, $3 countries, $4 and $5 after time and id, $6 one alone, $7 how many.
SELECT
    f.feed_id,
    f.name,
    f.url,
    f.client_id,
    f.countries,
    f.area_ids,
    f.senders,
    f.apply_from,
    f.apply_effect,
    f.created_by,
    f.created_at,
    f.polled_at,
    f.failures,
    f.fault
FROM alert_feed AS f
WHERE
    f.removed_at IS NULL
    AND (
        $1
        OR f.countries && $3::text[]
        OR f.area_ids && $2::text[]
        OR EXISTS (
            SELECT FROM area AS r WHERE r.area_id = ANY(f.area_ids) AND r.iso2 = ANY($3::text[])
        )
    )
    AND ($4::timestamptz IS NULL OR (f.created_at, f.feed_id) > ($4, $5::uuid))
    AND ($6::uuid IS NULL OR f.feed_id = $6)
ORDER BY f.created_at, f.feed_id
LIMIT $7
