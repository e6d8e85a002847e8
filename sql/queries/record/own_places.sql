-- Binding places, and arrivals by rule, that clearances hold which their own record gives back:
-- those it names, and those that stand in for them. The trips are locked. A day of arrival has no
-- kind.
SELECT
    o.n, o.clearance_id AS asked_id, c.clearance_id, c.area_id, p.night,
    split_part(k.named, ':', 1) AS key_kind,
    substr(k.named, strpos(k.named, ':') + 1) AS key
FROM unnest($1::integer[], $2::uuid[]) AS o (n, clearance_id)
CROSS JOIN LATERAL (
    SELECT own.clearance_id, own.area_id, own.state, own.place_nights, own.place_keys
    FROM clearance AS own
    WHERE own.clearance_id = o.clearance_id
    UNION ALL
    SELECT own.clearance_id, own.area_id, own.state, own.place_nights, own.place_keys
    FROM clearance AS own
    WHERE own.successor_id = o.clearance_id
) AS c
CROSS JOIN LATERAL unnest(c.place_nights) AS p (night)
CROSS JOIN LATERAL unnest(c.place_keys) AS k (named)
WHERE place_hold(c.state) = 'binding'
UNION ALL
SELECT o.n, o.clearance_id, c.clearance_id, c.area_id, c.arrive, NULL, NULL
FROM unnest($1::integer[], $2::uuid[]) AS o (n, clearance_id)
CROSS JOIN LATERAL (
    SELECT own.clearance_id, own.area_id, own.arrive, own.state, own.prior_state
    FROM clearance AS own
    WHERE own.clearance_id = o.clearance_id AND own.counts_arrival
    UNION ALL
    SELECT own.clearance_id, own.area_id, own.arrive, own.state, own.prior_state
    FROM clearance AS own
    WHERE own.successor_id = o.clearance_id AND own.counts_arrival
) AS c
WHERE is_by_rule(c.state, c.prior_state)
