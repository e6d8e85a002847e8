-- Moves clearances of trips that are locked, and everything that follows from it: ledger entries,
-- places and arrivals given back or taken, the state of each trip, one outbox row a trip. Trips may
-- also be named for events alone, or because new clearances were written for them. Answers the
-- moves that came too late. What a batch that decides again has moved is counted in its tally.
WITH given AS (
    SELECT a.*
    FROM unnest(
        $1::integer[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
        $7::double precision[], $8::bigint[], $9::uuid[], $10::timestamptz[], $11::text[],
        $12::uuid[], $13::bigint[], $14::text[], $15::uuid[], $16::bytea[], $17::text[],
        $18::text[], $19::timestamptz[], $20::boolean[], $21::uuid[], $22::text[]
    ) AS a (
        n, clearance_id, states, to_state, rules, reasons, urgent_at, revision, event_id, at,
        capacity, person_id, world_version, ruleset_version, evidence_id, digest, decider_role,
        queue_area_id, due_by, two_step, redecision_id, became
    )
    WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
),
-- What stood in for a clearance that is now decided has done its part (domain.md b.4).
asked AS (
    SELECT g.* FROM given AS g
    UNION ALL
    SELECT
        g.n, p.clearance_id, 'cleared,approved,suspended', 'superseded', '{B-400}', '{}', NULL,
        NULL, gen_random_uuid(), g.at, g.capacity, g.person_id, g.world_version,
        g.ruleset_version, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM given AS g
    CROSS JOIN LATERAL (
        SELECT r.state FROM clearance AS r WHERE r.clearance_id = g.clearance_id OFFSET 0
    ) AS c
    CROSS JOIN LATERAL (
        SELECT s.clearance_id
        FROM clearance AS s
        WHERE s.successor_id = g.clearance_id AND s.state IN ('cleared', 'approved', 'suspended')
        OFFSET 0
    ) AS p
    WHERE g.to_state IN ('cleared', 'approved', 'denied')
        AND c.state = ANY(string_to_array(g.states, ','))
        AND NOT EXISTS (SELECT 1 FROM given AS o WHERE o.clearance_id = p.clearance_id)
),
-- Whether a move fits is a column, so that the planner takes most for fitting: were it a condition,
-- it would expect next to none, and join everything below pair by pair.
now AS (
    SELECT
        a.*, c.state, c.prior_state, c.moved_by, c.moved_at,
        coalesce(c.state = ANY(string_to_array(a.states, ',')), false) AS fits
    FROM asked AS a
    LEFT JOIN LATERAL (
        SELECT r.state, r.prior_state, r.moved_by, r.moved_at
        FROM clearance AS r
        WHERE r.clearance_id = a.clearance_id
        OFFSET 0
    ) AS c ON true
),
moved AS (
    UPDATE clearance AS c SET
        state = coalesce(w.to_state, w.prior_state),
        prior_state = CASE WHEN w.to_state = 'suspended' THEN w.state END,
        moved_at = w.at,
        moved_by = w.person_id,
        entries = c.entries + 1,
        revision = greatest(c.revision, w.revision),
        urgent_at = coalesce(w.urgent_at, c.urgent_at),
        decider_role = coalesce(w.decider_role, c.decider_role),
        queue_area_id = CASE
            WHEN w.decider_role IS NULL THEN c.queue_area_id ELSE w.queue_area_id
        END,
        due_by = coalesce(w.due_by, c.due_by),
        two_step = coalesce(w.two_step, c.two_step),
        redecision_id = coalesce(w.redecision_id, c.redecision_id)
    FROM now AS w
    WHERE c.clearance_id = w.clearance_id AND w.fits
    RETURNING
        c.clearance_id, c.trip_id, c.area_id, c.arrive, c.state AS to_state,
        c.prior_state AS to_prior, w.state AS from_state, w.prior_state AS from_prior, c.entries,
        c.policy_version, c.advisory_version, c.place_nights, c.place_keys, c.counts_arrival,
        c.away_area_id, c.away_nights, c.away_keys, w.at, w.capacity, w.person_id,
        w.rules::text[] AS rules, w.reasons::text[] AS reasons, w.world_version,
        w.ruleset_version, w.evidence_id, w.digest, w.event_id, w.decider_role,
        w.queue_area_id, w.redecision_id, w.became
),
entry AS (
    INSERT INTO ledger_entry (
        clearance_id, entry, trip_id, at, from_state, to_state, capacity, person_id, rules,
        reasons, world_version, policy_version, advisory_version, ruleset_version, evidence_id,
        digest, redecision_id
    )
    SELECT
        m.clearance_id, m.entries, m.trip_id, m.at, m.from_state, m.to_state, m.capacity,
        m.person_id, m.rules, m.reasons, m.world_version, m.policy_version, m.advisory_version,
        m.ruleset_version, m.evidence_id, m.digest, m.redecision_id
    FROM moved AS m
),
held AS (
    SELECT
        m.*,
        (place_hold(m.to_state) = 'binding')::integer
        - (place_hold(m.from_state) = 'binding')::integer AS binding,
        (place_hold(m.to_state) = 'soft')::integer
        - (place_hold(m.from_state) = 'soft')::integer AS soft
    FROM moved AS m
    WHERE place_hold(m.to_state) <> place_hold(m.from_state)
),
place AS (
    SELECT
        a.area_id, a.night, split_part(a.named, ':', 1) AS key_kind,
        substr(a.named, strpos(a.named, ':') + 1) AS key, a.committed, a.soft, a.away
    FROM (
        SELECT h.area_id, p.night, k.named, h.binding AS committed, h.soft, 0 AS away
        FROM held AS h
        CROSS JOIN LATERAL unnest(h.place_nights) AS p (night)
        CROSS JOIN LATERAL unnest(h.place_keys) AS k (named)
        UNION ALL
        SELECT h.away_area_id, p.night, k.named, 0, 0, h.binding
        FROM held AS h
        CROSS JOIN LATERAL unnest(h.away_nights) AS p (night)
        CROSS JOIN LATERAL unnest(h.away_keys) AS k (named)
    ) AS a
),
counted AS (
    INSERT INTO night_count AS c (area_id, night, key_kind, key, committed, soft, away)
    SELECT
        p.area_id, p.night, p.key_kind, p.key, sum(p.committed), sum(p.soft), sum(p.away)
    FROM place AS p
    GROUP BY p.area_id, p.night, p.key_kind, p.key
    ORDER BY p.area_id COLLATE "C", p.night, p.key_kind COLLATE "C", p.key COLLATE "C"
    ON CONFLICT (area_id, night, key_kind, key) DO UPDATE SET
        committed = c.committed + excluded.committed, soft = c.soft + excluded.soft,
        away = c.away + excluded.away
),
unlisted AS (
    DELETE FROM ceiling_wait AS q
    USING moved AS m
    WHERE q.clearance_id = m.clearance_id AND place_hold(m.to_state) <> 'soft'
),
arrived AS (
    INSERT INTO arrival_count AS c (area_id, day, arrivals)
    SELECT
        m.area_id, m.arrive,
        sum(
            is_by_rule(m.to_state, m.to_prior)::integer
            - is_by_rule(m.from_state, m.from_prior)::integer
        )
    FROM moved AS m
    WHERE m.counts_arrival
        AND is_by_rule(m.to_state, m.to_prior) <> is_by_rule(m.from_state, m.from_prior)
    GROUP BY m.area_id, m.arrive
    ORDER BY m.area_id COLLATE "C", m.arrive
    ON CONFLICT (area_id, day) DO UPDATE SET arrivals = c.arrivals + excluded.arrivals
),
named AS (
    SELECT t.trip_id, t.withdrawn, t.at, t.events
    FROM unnest($23::integer[], $24::uuid[], $25::boolean[], $26::timestamptz[], $27::text[])
        AS t (n, trip_id, withdrawn, at, events)
    WHERE t.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
),
touched AS (
    SELECT t.trip_id, bool_or(t.withdrawn) AS withdrawn, max(t.at) AS at
    FROM (
        SELECT n.trip_id, n.withdrawn, n.at FROM named AS n
        UNION ALL
        SELECT m.trip_id, false, m.at FROM moved AS m
    ) AS t
    GROUP BY t.trip_id
),
-- A step of its own: a look through what moved for every trip would grow with its square.
standing AS MATERIALIZED (
    SELECT t.trip_id, c.clearance_id, c.state
    FROM touched AS t
    CROSS JOIN LATERAL (
        SELECT o.clearance_id, o.state FROM clearance AS o WHERE o.trip_id = t.trip_id OFFSET 0
    ) AS c
),
present AS (
    SELECT
        t.trip_id, t.withdrawn, t.at,
        coalesce(
            array_agg(coalesce(m.to_state, s.state))
            FILTER (WHERE coalesce(m.to_state, s.state) <> 'superseded'),
            '{}'
        ) AS states
    FROM touched AS t
    LEFT JOIN standing AS s ON s.trip_id = t.trip_id
    LEFT JOIN moved AS m ON m.clearance_id = s.clearance_id
    GROUP BY t.trip_id, t.withdrawn, t.at
),
changed AS (
    UPDATE trip AS t SET
        state = CASE
            WHEN p.states = '{}' AND (t.withdrawn OR p.withdrawn) THEN 'cancelled'
            ELSE trip_state(p.states, t.arrived)
        END,
        withdrawn = t.withdrawn OR p.withdrawn,
        change_no = t.change_no + 1
    FROM present AS p
    WHERE t.trip_id = p.trip_id
    RETURNING
        t.trip_id, t.version, t.change_no, t.state, t.organization_id, t.personal, t.travellers,
        p.at
),
ended AS (
    UPDATE trip_traveller AS tt SET live = false, cancelled = t.state = 'cancelled'
    FROM changed AS t
    CROSS JOIN LATERAL unnest(t.travellers) AS p (person_id)
    WHERE t.state IN ('cancelled', 'completed') AND tt.person_id = p.person_id
        AND tt.trip_id = t.trip_id
        AND (tt.live OR tt.cancelled <> (t.state = 'cancelled'))
),
event AS (
    SELECT n.trip_id, 0 AS place, e.number, e.event
    FROM named AS n
    CROSS JOIN LATERAL json_array_elements(n.events::json) WITH ORDINALITY AS e (event, number)
    UNION ALL
    SELECT
        m.trip_id, 1, row_number() OVER (ORDER BY m.clearance_id),
        json_strip_nulls(json_build_object(
            'event_id', m.event_id,
            'kind', CASE
                WHEN m.from_state = 'suspended' AND m.to_state IN ('cleared', 'approved')
                    THEN 'clearance.reinstated'
                ELSE 'clearance.' || m.to_state
            END,
            'at', m.at, 'trip_id', m.trip_id, 'trip_version', t.version,
            'clearance_id', m.clearance_id,
            'areas', array_remove(ARRAY[m.area_id], NULL),
            'organization', t.organization_id, 'personal', t.personal, 'reasons', m.reasons,
            'redecision_id', m.redecision_id
        ))
    FROM moved AS m
    INNER JOIN changed AS t ON t.trip_id = m.trip_id
),
told AS (
    INSERT INTO outbox (trip_id, change_no, written_at, event_count, events)
    SELECT
        t.trip_id, t.change_no, t.at, count(*), json_agg(e.event ORDER BY e.place, e.number)
    FROM changed AS t
    INNER JOIN event AS e ON e.trip_id = t.trip_id
    GROUP BY t.trip_id, t.change_no, t.at
),
tally AS (
    INSERT INTO redecision_tally (
        redecision_id, organization_id, became, role, queue_area_id, clearances
    )
    SELECT
        m.redecision_id, t.organization_id, m.became, m.decider_role, m.queue_area_id, count(*)
    FROM moved AS m
    INNER JOIN changed AS t ON t.trip_id = m.trip_id
    WHERE m.redecision_id IS NOT NULL
    GROUP BY m.redecision_id, t.organization_id, m.became, m.decider_role, m.queue_area_id
)
SELECT w.n, w.clearance_id, w.state, w.moved_by, w.moved_at
FROM now AS w
WHERE NOT w.fits
