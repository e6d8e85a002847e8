-- Moves live clearances that were decided again, of trips that are locked, and everything that
-- follows from it: ledger entries, places and arrivals given back or taken, the state of each trip,
-- one outbox row a trip, the counts of the batch. $1 clearances, $2 the states they must be in,
-- $3 where to (null: the state they had), $4 rules, $5 reasons, $6 places in the queue,
-- $7 revisions, $8 events, $9 roles that decide, $10 their queues, $11 by when, $12 in two steps,
-- $13 what became of them; $14 time, $15 world version, $16 ruleset, $17 batch.
WITH given AS (
    SELECT g.*
    FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::double precision[],
        $7::bigint[], $8::uuid[], $9::text[], $10::text[], $11::timestamptz[], $12::boolean[],
        $13::text[]
    ) AS g (
        clearance_id, state, to_state, rules, reasons, urgent_at, revision, event_id,
        decider_role, queue_area_id, due_by, two_step, became
    )
),
now AS (
    SELECT g.*, c.prior_state
    FROM given AS g
    CROSS JOIN LATERAL (
        SELECT r.state, r.prior_state
        FROM clearance AS r
        WHERE r.clearance_id = g.clearance_id
        OFFSET 0
    ) AS c
    WHERE c.state = g.state
),
moved AS (
    UPDATE clearance AS c SET
        state = coalesce(w.to_state, w.prior_state),
        prior_state = CASE WHEN w.to_state = 'suspended' THEN w.state END,
        moved_at = $14::timestamptz,
        moved_by = NULL,
        entries = c.entries + 1,
        revision = greatest(c.revision, w.revision),
        redecision_id = $17,
        urgent_at = coalesce(w.urgent_at, c.urgent_at),
        decider_role = coalesce(w.decider_role, c.decider_role),
        queue_area_id = CASE
            WHEN w.decider_role IS NULL THEN c.queue_area_id ELSE w.queue_area_id
        END,
        due_by = coalesce(w.due_by, c.due_by),
        two_step = coalesce(w.two_step, c.two_step)
    FROM now AS w
    WHERE c.clearance_id = w.clearance_id AND c.state = w.state
    RETURNING
        c.clearance_id, c.trip_id, c.area_id, c.arrive, c.state AS to_state,
        c.prior_state AS to_prior, w.state AS from_state, w.prior_state AS from_prior, c.entries,
        c.policy_version, c.advisory_version, c.place_nights, c.place_keys, c.counts_arrival,
        c.away_area_id, c.away_nights, c.away_keys, w.rules::text[] AS rules,
        w.reasons::text[] AS reasons, w.event_id, w.decider_role, w.queue_area_id, w.became
),
entry AS (
    INSERT INTO ledger_entry (
        clearance_id, entry, trip_id, at, from_state, to_state, capacity, rules, reasons,
        world_version, policy_version, advisory_version, ruleset_version, redecision_id
    )
    SELECT
        m.clearance_id, m.entries, m.trip_id, $14, m.from_state, m.to_state, 'rules', m.rules,
        m.reasons, $15::bigint, m.policy_version, m.advisory_version, $16::text, $17::uuid
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
present AS (
    SELECT
        c.trip_id,
        coalesce(
            array_agg(coalesce(m.to_state, c.state))
            FILTER (WHERE coalesce(m.to_state, c.state) <> 'superseded'),
            '{}'
        ) AS states
    FROM (SELECT DISTINCT o.trip_id FROM moved AS o) AS t
    INNER JOIN clearance AS c ON c.trip_id = t.trip_id
    LEFT JOIN moved AS m ON m.clearance_id = c.clearance_id
    GROUP BY c.trip_id
),
changed AS (
    UPDATE trip AS t SET
        state = CASE
            WHEN p.states = '{}' AND t.withdrawn THEN 'cancelled'
            ELSE trip_state(p.states, t.arrived)
        END,
        change_no = t.change_no + 1
    FROM present AS p
    WHERE t.trip_id = p.trip_id
    RETURNING
        t.trip_id, t.version, t.change_no, t.state, t.organization_id, t.personal, t.travellers
),
ended AS (
    UPDATE trip_traveller AS tt SET live = false
    FROM changed AS t
    CROSS JOIN LATERAL unnest(t.travellers) AS p (person_id)
    WHERE t.state IN ('cancelled', 'completed') AND tt.person_id = p.person_id
        AND tt.trip_id = t.trip_id AND tt.live
),
told AS (
    INSERT INTO outbox (trip_id, change_no, written_at, event_count, events)
    SELECT
        t.trip_id, t.change_no, $14, count(*),
        json_agg(
            json_build_object(
                'event_id', m.event_id,
                'kind', CASE
                    WHEN m.from_state = 'suspended' AND m.to_state IN ('cleared', 'approved')
                        THEN 'clearance.reinstated'
                    ELSE 'clearance.' || m.to_state
                END,
                'at', $14, 'trip_id', m.trip_id, 'trip_version', t.version,
                'clearance_id', m.clearance_id,
                'areas', array_remove(ARRAY[m.area_id], NULL),
                'organization', t.organization_id, 'personal', t.personal,
                'reasons', m.reasons, 'redecision_id', $17
            )
            ORDER BY m.clearance_id
        )
    FROM changed AS t
    INNER JOIN moved AS m ON m.trip_id = t.trip_id
    GROUP BY t.trip_id, t.change_no
),
tally AS (
    INSERT INTO redecision_tally (
        redecision_id, organization_id, became, role, queue_area_id, clearances
    )
    SELECT
        $17, t.organization_id, m.became, m.decider_role, m.queue_area_id, count(*)
    FROM moved AS m
    INNER JOIN changed AS t ON t.trip_id = m.trip_id
    GROUP BY t.organization_id, m.became, m.decider_role, m.queue_area_id
)
SELECT m.clearance_id FROM moved AS m
