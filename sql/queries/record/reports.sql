-- Writes what was reported of stays, the first word of each kind standing, notes on the trips that
-- an arrival is confirmed, and that the obligations to arrive and to be briefed were met.
WITH asked AS (
    SELECT a.clearance_id, a.trip_id, a.kind, a.at, a.person_id, a.place
    FROM unnest(
        $1::integer[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::uuid[],
        $7::text[]
    ) AS a (n, clearance_id, trip_id, kind, at, person_id, place)
    WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
),
written AS (
    INSERT INTO stay_presence AS p (
        clearance_id, arrived_at, arrived_by, arrived_place, briefed_at, briefed_by, departed_at,
        departed_by, departed_place, no_show_at, no_show_by
    )
    SELECT
        a.clearance_id,
        CASE WHEN a.kind = 'arrived' THEN a.at END,
        CASE WHEN a.kind = 'arrived' THEN a.person_id END,
        CASE WHEN a.kind = 'arrived' THEN a.place END,
        CASE WHEN a.kind = 'briefed' THEN a.at END,
        CASE WHEN a.kind = 'briefed' THEN a.person_id END,
        CASE WHEN a.kind = 'departed' THEN a.at END,
        CASE WHEN a.kind = 'departed' THEN a.person_id END,
        CASE WHEN a.kind = 'departed' THEN a.place END,
        CASE WHEN a.kind = 'no_show' THEN a.at END,
        CASE WHEN a.kind = 'no_show' THEN a.person_id END
    FROM asked AS a
    ON CONFLICT (clearance_id) DO UPDATE SET
        arrived_at = coalesce(p.arrived_at, excluded.arrived_at),
        arrived_by = coalesce(p.arrived_by, excluded.arrived_by),
        arrived_place = coalesce(p.arrived_place, excluded.arrived_place),
        briefed_at = coalesce(p.briefed_at, excluded.briefed_at),
        briefed_by = coalesce(p.briefed_by, excluded.briefed_by),
        departed_at = coalesce(p.departed_at, excluded.departed_at),
        departed_by = coalesce(p.departed_by, excluded.departed_by),
        departed_place = coalesce(p.departed_place, excluded.departed_place),
        no_show_at = coalesce(p.no_show_at, excluded.no_show_at),
        no_show_by = coalesce(p.no_show_by, excluded.no_show_by)
),
met AS (
    UPDATE obligation AS o
    SET done_at = a.at, done_by = a.person_id
    FROM asked AS a
    WHERE o.clearance_id = a.clearance_id AND o.done_at IS NULL
        AND CASE a.kind
            WHEN 'arrived' THEN o.code = 'CONFIRM_ARRIVAL'
            WHEN 'briefed' THEN o.code IN ('BRIEFING_ON_ARRIVAL', 'BRIEFING_BEFORE_LEAVING_AIRPORT')
            ELSE false
        END
)
UPDATE trip AS t SET arrived = true
FROM asked AS a
WHERE a.kind = 'arrived' AND t.trip_id = a.trip_id AND NOT t.arrived
