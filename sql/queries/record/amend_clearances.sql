-- Adjusts clearances that stand to the next version of their trip: days, window, places, answer;
-- each with a ledger entry that leaves its state. What it holds of places and arrivals follows.
WITH asked AS (
    SELECT a.*
    FROM unnest(
        $1::integer[], $2::uuid[], $3::date[], $4::date[], $5::timestamptz[], $6::timestamptz[],
        $7::integer[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[],
        $11::timestamptz[], $12::timestamptz[], $13::double precision[], $14::text[], $15::text[],
        $16::boolean[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[],
        $22::timestamptz[], $23::text[], $24::uuid[], $25::bigint[], $26::text[], $27::uuid[],
        $28::bytea[], $29::text[]
    ) AS a (
        n, clearance_id, arrive, depart, arrive_at, depart_at, nights, valid_from, valid_to,
        granted_from, granted_to, due_by, urgent_at, place_nights, place_keys, counts_arrival,
        away_area_id, away_nights, away_keys, answer, rules, at, capacity, person_id,
        world_version, ruleset_version, evidence_id, digest, conditions
    )
    WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
),
before AS (
    SELECT
        c.clearance_id, c.area_id, c.arrive, c.place_nights, c.place_keys, c.counts_arrival,
        c.away_area_id, c.away_nights, c.away_keys
    FROM asked AS a
    INNER JOIN clearance AS c ON c.clearance_id = a.clearance_id
),
adjusted AS (
    UPDATE clearance AS c SET
        arrive = a.arrive,
        depart = a.depart,
        arrive_at = a.arrive_at,
        depart_at = a.depart_at,
        nights = a.nights,
        valid_from = a.valid_from,
        valid_to = a.valid_to,
        granted_from = a.granted_from,
        granted_to = a.granted_to,
        due_by = coalesce(a.due_by, c.due_by),
        urgent_at = coalesce(a.urgent_at, c.urgent_at),
        place_nights = a.place_nights::date[],
        place_keys = a.place_keys::text[],
        counts_arrival = a.counts_arrival,
        away_area_id = a.away_area_id,
        away_nights = a.away_nights::date[],
        away_keys = a.away_keys::text[],
        answer = a.answer::json,
        conditions = a.conditions::json,
        entries = c.entries + 1
    FROM asked AS a
    WHERE c.clearance_id = a.clearance_id
    RETURNING
        c.clearance_id, c.trip_id, c.area_id, c.state, c.prior_state, c.entries, c.arrive,
        c.place_nights, c.place_keys, c.counts_arrival, c.away_area_id, c.away_nights,
        c.away_keys, c.policy_version, c.advisory_version, a.rules::text[] AS rules, a.at,
        a.capacity, a.person_id, a.world_version, a.ruleset_version, a.evidence_id, a.digest
),
entry AS (
    INSERT INTO ledger_entry (
        clearance_id, entry, trip_id, at, from_state, to_state, capacity, person_id, rules,
        reasons, world_version, policy_version, advisory_version, ruleset_version, evidence_id,
        digest
    )
    SELECT
        d.clearance_id, d.entries, d.trip_id, d.at, d.state, d.state, d.capacity, d.person_id,
        d.rules, '{}', d.world_version, d.policy_version, d.advisory_version, d.ruleset_version,
        d.evidence_id, d.digest
    FROM adjusted AS d
),
taken AS (
    SELECT
        d.clearance_id, -1 AS sign, place_hold(d.state) AS hold,
        is_by_rule(d.state, d.prior_state) AS by_rule, b.area_id, b.arrive, b.place_nights,
        b.place_keys, b.counts_arrival, b.away_area_id, b.away_nights, b.away_keys
    FROM adjusted AS d
    INNER JOIN before AS b ON b.clearance_id = d.clearance_id
    UNION ALL
    SELECT
        d.clearance_id, 1, place_hold(d.state), is_by_rule(d.state, d.prior_state), d.area_id,
        d.arrive, d.place_nights, d.place_keys, d.counts_arrival, d.away_area_id, d.away_nights,
        d.away_keys
    FROM adjusted AS d
),
place AS (
    SELECT
        a.area_id, a.night, split_part(a.named, ':', 1) AS key_kind,
        substr(a.named, strpos(a.named, ':') + 1) AS key, sum(a.committed) AS committed,
        sum(a.soft) AS soft, sum(a.away) AS away
    FROM (
        SELECT
            t.area_id, p.night, k.named,
            CASE WHEN t.hold = 'binding' THEN t.sign ELSE 0 END AS committed,
            CASE WHEN t.hold = 'soft' THEN t.sign ELSE 0 END AS soft, 0 AS away
        FROM taken AS t
        CROSS JOIN LATERAL unnest(t.place_nights) AS p (night)
        CROSS JOIN LATERAL unnest(t.place_keys) AS k (named)
        UNION ALL
        SELECT
            t.away_area_id, p.night, k.named, 0, 0,
            CASE WHEN t.hold = 'binding' THEN t.sign ELSE 0 END
        FROM taken AS t
        CROSS JOIN LATERAL unnest(t.away_nights) AS p (night)
        CROSS JOIN LATERAL unnest(t.away_keys) AS k (named)
    ) AS a
    GROUP BY a.area_id, a.night, a.named
),
counted AS (
    INSERT INTO night_count AS c (area_id, night, key_kind, key, committed, soft, away)
    SELECT p.area_id, p.night, p.key_kind, p.key, p.committed, p.soft, p.away
    FROM place AS p
    WHERE p.committed <> 0 OR p.soft <> 0 OR p.away <> 0
    ORDER BY p.area_id COLLATE "C", p.night, p.key_kind COLLATE "C", p.key COLLATE "C"
    ON CONFLICT (area_id, night, key_kind, key) DO UPDATE SET
        committed = c.committed + excluded.committed, soft = c.soft + excluded.soft,
        away = c.away + excluded.away
)
INSERT INTO arrival_count AS c (area_id, day, arrivals)
SELECT t.area_id, t.arrive, sum(t.sign)
FROM taken AS t
WHERE t.counts_arrival AND t.by_rule
GROUP BY t.area_id, t.arrive
HAVING sum(t.sign) <> 0
ORDER BY t.area_id COLLATE "C", t.arrive
ON CONFLICT (area_id, day) DO UPDATE SET arrivals = c.arrivals + excluded.arrivals
