-- Compares what each record of a batch was decided with to what is true now, under the locks, and
-- keeps the numbers of those that may be written for the statements after it. Each look-up is a
-- lateral one, so that no cached plan ever reads a table from end to end.
WITH asked AS (
    SELECT a.n, a.key_hash
    FROM unnest($1::integer[], $2::bytea[]) AS a (n, key_hash)
),
taken AS (
    SELECT a.n, k.fingerprint, k.status, k.headers::text AS headers, k.body
    FROM asked AS a
    CROSS JOIN LATERAL (
        SELECT i.fingerprint, i.status, i.headers, i.body
        FROM idempotency_key AS i
        WHERE i.key_hash = a.key_hash AND i.expires_at > sc_now()
        OFFSET 0
    ) AS k
),
-- only after a connection was lost: was it written all the same?
written AS (
    SELECT w.n
    FROM unnest($3::integer[], $4::uuid[]) AS w (n, trip_id)
    CROSS JOIN LATERAL (
        SELECT t.trip_id FROM trip AS t WHERE t.trip_id = w.trip_id OFFSET 0
    ) AS own
    UNION
    -- reports, obligations and clocks are written once
    SELECT r.n
    FROM unnest($20::integer[], $21::uuid[], $22::text[], $23::integer[])
        AS r (n, clearance_id, what, round)
    WHERE EXISTS (
            SELECT 1
            FROM clock_notice AS k
            WHERE k.clearance_id = r.clearance_id AND k.clock = r.what AND k.round = r.round
        )
        OR EXISTS (
            SELECT 1
            FROM stay_presence AS p
            WHERE p.clearance_id = r.clearance_id
                AND CASE r.what
                    WHEN 'arrived' THEN p.arrived_at
                    WHEN 'briefed' THEN p.briefed_at
                    WHEN 'departed' THEN p.departed_at
                    WHEN 'no_show' THEN p.no_show_at
                END IS NOT NULL
        )
        OR (
            r.what = 'obligation'
            AND EXISTS (
                SELECT 1
                FROM obligation AS o
                WHERE o.clearance_id = r.clearance_id AND o.number = r.round
                    AND o.done_at IS NOT NULL
            )
        )
),
stale_area AS (
    SELECT s.n, s.area_id
    FROM unnest($5::integer[], $6::text[], $7::bigint[]) AS s (n, area_id, revision)
    LEFT JOIN LATERAL (
        SELECT a.revision FROM area_state AS a WHERE a.area_id = s.area_id OFFSET 0
    ) AS now ON true
    WHERE now.revision IS DISTINCT FROM s.revision
),
stale_person AS (
    SELECT s.n, s.person_id
    FROM unnest($8::integer[], $9::uuid[], $10::bigint[]) AS s (n, person_id, revision)
    LEFT JOIN LATERAL (
        SELECT p.revision FROM person AS p WHERE p.person_id = s.person_id OFFSET 0
    ) AS now ON true
    WHERE now.revision IS DISTINCT FROM s.revision
),
other_trip AS (
    SELECT
        w.n, w.person_id, o.trip_id, t.reference, t.organization_id, o.personal,
        o.starts_at, o.ends_at,
        -- a personal trip on record never blocks an official one
        NOT (o.personal AND NOT w.personal) AS blocks
    FROM unnest(
        $11::integer[], $12::uuid[], $13::timestamptz[], $14::timestamptz[], $15::boolean[],
        $16::uuid[]
    ) AS w (n, person_id, starts_at, ends_at, personal, own)
    CROSS JOIN LATERAL (
        SELECT tt.trip_id, tt.personal, tt.starts_at, tt.ends_at
        FROM trip_traveller AS tt
        WHERE tt.person_id = w.person_id AND tt.covers_until > w.starts_at AND tt.live
            AND tt.starts_at < w.ends_at AND tt.ends_at > w.starts_at
            AND tt.trip_id IS DISTINCT FROM w.own
        OFFSET 0
    ) AS o
    CROSS JOIN LATERAL (
        SELECT r.reference, r.organization_id FROM trip AS r WHERE r.trip_id = o.trip_id OFFSET 0
    ) AS t
),
lost_move AS (
    SELECT m.n, m.clearance_id, c.state, c.moved_by, c.moved_at
    FROM unnest($17::integer[], $18::uuid[], $19::text[]) AS m (n, clearance_id, states)
    LEFT JOIN LATERAL (
        SELECT r.state, r.moved_by, r.moved_at
        FROM clearance AS r
        WHERE r.clearance_id = m.clearance_id
        OFFSET 0
    ) AS c ON true
    WHERE c.state IS NULL OR c.state <> ALL(string_to_array(m.states, ','))
    UNION
    -- nobody came and somebody was there: the first word stands
    SELECT r.n, r.clearance_id, c.state, c.moved_by, c.moved_at
    FROM unnest($20::integer[], $21::uuid[], $22::text[], $23::integer[])
        AS r (n, clearance_id, what, round)
    CROSS JOIN LATERAL (
        SELECT o.arrived_at, o.departed_at, o.no_show_at
        FROM stay_presence AS o
        WHERE o.clearance_id = r.clearance_id
        OFFSET 0
    ) AS p
    CROSS JOIN LATERAL (
        SELECT o.state, o.moved_by, o.moved_at
        FROM clearance AS o
        WHERE o.clearance_id = r.clearance_id
        OFFSET 0
    ) AS c
    WHERE (r.what = 'no_show' AND num_nonnulls(p.arrived_at, p.departed_at) > 0)
        OR (r.what IN ('arrived', 'briefed', 'departed') AND p.no_show_at IS NOT NULL)
        OR (r.what = 'overdue_arrival' AND num_nonnulls(p.arrived_at, p.departed_at) > 0)
),
refused AS (
    SELECT n FROM taken
    UNION SELECT n FROM written
    UNION SELECT n FROM stale_area
    UNION SELECT n FROM stale_person
    UNION SELECT n FROM other_trip WHERE blocks
    UNION SELECT n FROM lost_move
),
kept AS (
    SELECT set_config(
        'safeconduct.accepted', coalesce(array_agg(a.n), '{}')::text, true
    ) AS numbers
    FROM asked AS a
    WHERE NOT EXISTS (SELECT 1 FROM refused AS r WHERE r.n = a.n)
)
SELECT
    NULL::integer AS n, 'accepted' AS verdict, NULL::text AS area_id, NULL::uuid AS person_id,
    NULL::uuid AS id, NULL::text AS reference, NULL::text AS organization_id,
    NULL::boolean AS personal, NULL::timestamptz AS starts_at, NULL::timestamptz AS ends_at,
    NULL::text AS state, NULL::smallint AS status, k.numbers AS headers, NULL::bytea AS body,
    NULL::bytea AS fingerprint
FROM kept AS k
UNION ALL
SELECT
    n, 'taken', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, status, headers, body,
    fingerprint
FROM taken
UNION ALL
SELECT
    n, 'written', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM written
UNION ALL
SELECT
    n, 'area', area_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM stale_area
UNION ALL
SELECT
    n, 'person', NULL, person_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM stale_person
UNION ALL
SELECT
    n, CASE WHEN blocks THEN 'overlap' ELSE 'beside' END, NULL, person_id, trip_id, reference,
    organization_id, personal, starts_at, ends_at, NULL, NULL, NULL, NULL, NULL
FROM other_trip
UNION ALL
SELECT
    n, 'lost', NULL, moved_by, clearance_id, NULL, NULL, NULL, moved_at, NULL, state, NULL, NULL,
    NULL, NULL
FROM lost_move
