-- Freezes who should be in some areas at an instant, each person once by the best estimate
-- (domain.md c.14). $1 headcount, $2 the instant, $3 areas.
-- `stay`: stays that may say that somebody is there, with what was reported of them.
WITH asked AS MATERIALIZED (
    SELECT DISTINCT a.area_id FROM unnest($3::text[]) AS a (area_id)
),
warden AS MATERIALIZED (
    SELECT DISTINCT a.person_id FROM appointment_in_force AS a WHERE a.role = 'warden'
),
stay AS MATERIALIZED (
    SELECT
        c.clearance_id, c.person_id, c.area_id, c.state, c.arrive_at, c.moved_at,
        coalesce(c.depart_at, 'infinity'::timestamptz) AS depart_at,
        c.state IN ('notified', 'cleared', 'approved') AS positive,
        w.arrived_at, r.arrived_by
    FROM asked AS a
    INNER JOIN clearance AS c
        ON
            c.area_id = a.area_id
            AND coalesce(c.valid_to, 'infinity'::timestamptz)
            > $2::timestamptz - INTERVAL '72 hours'
    LEFT JOIN LATERAL (
        SELECT p.arrived_by, p.departed_at, p.no_show_at
        FROM stay_presence AS p
        WHERE p.clearance_id = c.clearance_id
        OFFSET 0
    ) AS r ON true
    CROSS JOIN LATERAL (
        SELECT
            arrival_of(c.clearance_id, c.trip_id, c.person_id, c.area_id, c.arrive, c.depart)
                AS arrived_at
        OFFSET 0
    ) AS w
    WHERE
        c.state NOT IN ('cancelled', 'superseded')
        AND r.departed_at IS NULL
        AND r.no_show_at IS NULL
        AND coalesce(c.depart_at, 'infinity'::timestamptz)
        > $2::timestamptz - INTERVAL '72 hours'
        AND (c.arrive_at <= $2::timestamptz OR w.arrived_at IS NOT NULL)
),
-- those with a positive stay, those seen without one, and those who may have come all the same
visit AS (
    SELECT
        s.person_id, s.area_id, s.clearance_id,
        CASE
            WHEN s.positive OR s.state = 'completed' THEN 'visitor'
            WHEN s.arrived_at IS NOT NULL THEN 'observed'
            ELSE 'possible'
        END AS basis,
        CASE
            WHEN
                s.arrived_at > $2::timestamptz - INTERVAL '12 hours'
                AND s.arrived_by = s.person_id THEN 'self_report'
            WHEN s.arrived_at IS NOT NULL AND w.person_id IS NOT NULL THEN 'warden'
            WHEN s.arrived_at IS NOT NULL THEN 'arrival'
            WHEN s.positive OR s.state = 'completed' THEN 'itinerary'
            ELSE 'undecided_itinerary'
        END AS source,
        coalesce(s.arrived_at, s.moved_at) AS source_at,
        s.depart_at < $2::timestamptz AS overstays
    FROM stay AS s
    LEFT JOIN warden AS w ON w.person_id = s.arrived_by
    WHERE
        s.positive
        OR s.state = 'completed'
        OR s.arrived_at IS NOT NULL
        OR (s.state <> 'expired' AND s.depart_at > $2::timestamptz)
),
-- whose duty station is there, and their families, also those whom they left behind
at_home AS (
    SELECT
        p.person_id, a.area_id, p.updated_at,
        CASE WHEN p.sponsor_person_id IS NULL THEN 'resident' ELSE 'dependant' END AS basis
    FROM asked AS a
    INNER JOIN person AS p ON p.duty_station_area_id = a.area_id
    WHERE
        p.status <> 'deactivated'
        AND p.resides_at_duty_station
        AND p.category NOT IN ('contingent_member', 'partner_ngo', 'area_staff')
    UNION ALL
    SELECT d.person_id, a.area_id, d.updated_at, 'dependant' AS basis
    FROM asked AS a
    INNER JOIN person AS p
        ON p.duty_station_area_id = a.area_id AND p.status <> 'deactivated'
    INNER JOIN person AS d ON d.sponsor_person_id = p.person_id
    WHERE
        d.duty_station_area_id IS NULL
        AND d.status <> 'deactivated'
        AND d.resides_at_duty_station
),
resident AS (
    SELECT
        h.person_id, h.area_id, h.basis, h.updated_at AS source_at,
        CASE
            WHEN h.updated_at > $2::timestamptz - INTERVAL '90 days' THEN 'residence_list'
            ELSE 'old_residence_list'
        END AS source
    FROM at_home AS h
    -- not while a live stay elsewhere covers the instant
    WHERE NOT EXISTS (
        SELECT
        FROM trip_traveller AS t
        INNER JOIN clearance AS c ON c.trip_id = t.trip_id AND c.person_id = t.person_id
        LEFT JOIN stay_presence AS r ON r.clearance_id = c.clearance_id
        WHERE
            t.person_id = h.person_id
            AND t.covers_until > $2::timestamptz
            AND t.covers_from <= $2::timestamptz
            AND c.area_id IS DISTINCT FROM h.area_id
            AND c.state IN ('notified', 'cleared', 'approved')
            AND (c.arrive_at <= $2::timestamptz OR r.arrived_at IS NOT NULL)
            AND coalesce(c.depart_at, 'infinity'::timestamptz) > $2::timestamptz
            AND r.departed_at IS NULL
            AND r.no_show_at IS NULL
    )
),
estimate AS (
    SELECT
        v.person_id, v.area_id, v.basis, v.source, v.source_at, v.clearance_id, v.overstays
    FROM visit AS v
    UNION ALL
    SELECT r.person_id, r.area_id, r.basis, r.source, r.source_at, NULL, false
    FROM resident AS r
),
best AS MATERIALIZED (
    SELECT DISTINCT ON (e.person_id)
        e.person_id, e.area_id, e.basis, e.source, e.source_at, e.clearance_id, e.overstays
    FROM estimate AS e
    -- whoever should have left is more likely at home, but not where nobody said yes
    ORDER BY
        e.person_id,
        e.source = 'undecided_itinerary',
        e.overstays,
        array_position(
            ARRAY[
                'self_report', 'warden', 'arrival', 'area_log', 'itinerary', 'residence_list',
                'old_residence_list', 'undecided_itinerary'
            ],
            e.source
        ),
        e.source_at DESC, e.area_id, e.clearance_id
)

INSERT INTO headcount_entry (
    headcount_id, person_id, area_id, basis, source, source_at, clearance_id, overstays,
    left_behind, organization_id, sponsor_person_id, has_phone
)
SELECT
    $1::uuid, b.person_id, b.area_id,
    -- family that accompanies a visitor
    CASE
        WHEN b.basis = 'visitor' AND p.sponsor_person_id IS NOT NULL THEN 'dependant'
        ELSE b.basis
    END,
    b.source, b.source_at, b.clearance_id, b.overstays,
    b.basis = 'dependant'
    AND NOT EXISTS (SELECT FROM best AS s WHERE s.person_id = p.sponsor_person_id),
    p.organization_id, p.sponsor_person_id,
    EXISTS (
        SELECT
        FROM person_contact AS k
        WHERE k.person_id = b.person_id AND k.kind IN ('mobile', 'satellite')
    )
FROM best AS b
INNER JOIN person AS p ON p.person_id = b.person_id
