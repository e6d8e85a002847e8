-- Takes leases on the most urgent items that somebody may act on: never two holders. $1 areas,
-- with what the caller is there: $2 its official, $3 its coordinator, $4 its adviser, $5 has all of
-- it by delegation; $6 headquarters' queue too; $7 the caller, $8 the lease in seconds, $9 how
-- many, $10 items not to take, $11 how many more to look at, for others may be taking the first.
-- What somebody passed up is for others: it is never offered to them again, though a delegation may
-- give them the very queue it went to. Answers those taken, and how many were in sight: others may
-- be faster, then the caller looks again. Each queue is read in the order of its index; rows that
-- another worker has locked are passed over.
-- Answered before it is on disk: a lease that a crash of the server takes back has ended early, and
-- a decision looks for it anew. Its notice holds one lock until the commit is done, all over the
-- server; waiting for the disk under that lock, claims would go one by one.
-- What is asked is a step of its own: a planner that saw how many areas and items it names would
-- make a plan for every caller, which takes longer than the looking.
WITH asked AS MATERIALIZED (
    SELECT
        $1::text[] AS areas, $2::boolean[] AS official, $3::boolean[] AS coordinator,
        $4::boolean[] AS adviser, $5::boolean[] AS delegate, $6::boolean AS headquarters,
        $7::uuid AS person_id, $9::bigint AS wanted, $10::uuid[] AS without,
        $9::bigint + $11::bigint AS looked_at
),
ranked AS (
    SELECT i.urgent_at, i.clearance_id, i.entries
    FROM (
        SELECT q.urgent_at, q.clearance_id, q.entries
        FROM asked AS o
        CROSS JOIN LATERAL unnest(o.areas, o.official, o.coordinator, o.adviser, o.delegate)
            AS a (area_id, official, coordinator, adviser, delegate)
        CROSS JOIN unnest(ARRAY['pending_review', 'recommended', 'escalated', 'under_appeal'])
            AS s (state)
        CROSS JOIN LATERAL (
            SELECT c.urgent_at, c.clearance_id, c.entries
            FROM clearance AS c
            WHERE c.queue_area_id = a.area_id AND c.queue_state = s.state
                AND c.person_id <> o.person_id AND c.clearance_id <> ALL(o.without)
                AND NOT (s.state = 'escalated' AND c.moved_by IS NOT DISTINCT FROM o.person_id)
                AND (
                    a.delegate
                    OR (
                        a.official
                        AND (
                            c.decider_role = 'designated_official'
                            OR s.state IN ('escalated', 'under_appeal')
                        )
                        AND NOT (c.two_step AND s.state = 'pending_review')
                    )
                    OR (
                        a.coordinator AND c.decider_role = 'area_security_coordinator'
                        AND s.state <> 'under_appeal'
                    )
                    OR (
                        a.adviser AND s.state <> 'under_appeal'
                        AND (
                            c.decider_role = 'security_adviser'
                            OR (c.two_step AND s.state IN ('pending_review', 'escalated'))
                        )
                    )
                    -- whom the clocks have brought it to, as `roles_reached` says
                    OR (
                        s.state <> 'under_appeal'
                        AND EXISTS (
                            SELECT
                            FROM clock_notice AS n
                            WHERE n.clearance_id = c.clearance_id
                                AND n.clock IN ('reminder', 'adviser', 'official', 'centre')
                                AND (
                                    (a.coordinator AND 'area_security_coordinator' = ANY(n.roles))
                                    OR (a.adviser AND 'security_adviser' = ANY(n.roles))
                                    OR (
                                        a.official AND 'designated_official' = ANY(n.roles)
                                        AND NOT (c.two_step AND s.state = 'pending_review')
                                    )
                                )
                        )
                    )
                )
                AND NOT EXISTS (
                    SELECT
                    FROM desk_lease AS l
                    WHERE l.clearance_id = c.clearance_id AND l.entries = c.entries
                        AND l.leased_until > sc_now()
                )
            ORDER BY c.urgent_at, c.clearance_id
            LIMIT (SELECT o.looked_at FROM asked AS o)
        ) AS q
        UNION ALL
        SELECT q.urgent_at, q.clearance_id, q.entries
        FROM asked AS o
        CROSS JOIN unnest(ARRAY['pending_review', 'recommended', 'escalated', 'under_appeal'])
            AS s (state)
        CROSS JOIN LATERAL (
            SELECT c.urgent_at, c.clearance_id, c.entries
            FROM clearance AS c
            WHERE o.headquarters
                AND c.queue_area_id IS NULL AND c.queue_state = s.state
                AND c.person_id <> o.person_id AND c.clearance_id <> ALL(o.without)
                AND NOT (s.state = 'escalated' AND c.moved_by IS NOT DISTINCT FROM o.person_id)
                AND NOT EXISTS (
                    SELECT
                    FROM desk_lease AS l
                    WHERE l.clearance_id = c.clearance_id AND l.entries = c.entries
                        AND l.leased_until > sc_now()
                )
            ORDER BY c.urgent_at, c.clearance_id
            LIMIT (SELECT o.looked_at FROM asked AS o)
        ) AS q
    ) AS i
    ORDER BY i.urgent_at, i.clearance_id
    LIMIT (SELECT o.looked_at FROM asked AS o)
),
free AS (
    SELECT c.clearance_id, c.entries
    FROM ranked AS r
    INNER JOIN clearance AS c ON c.clearance_id = r.clearance_id
    WHERE c.entries = r.entries
    ORDER BY r.urgent_at, r.clearance_id
    LIMIT (SELECT o.wanted FROM asked AS o)
    FOR NO KEY UPDATE OF c SKIP LOCKED
),
taken AS (
    INSERT INTO desk_lease AS l (clearance_id, entries, holder_id, claimed_at, leased_until)
    SELECT
        f.clearance_id, f.entries, $7::uuid, now.at,
        now.at + $8::double precision * interval '1 second'
    FROM free AS f
    CROSS JOIN (SELECT sc_now() AS at) AS now
    ON CONFLICT (clearance_id) DO UPDATE SET
        entries = excluded.entries, holder_id = excluded.holder_id,
        claimed_at = excluded.claimed_at, leased_until = excluded.leased_until
    WHERE l.leased_until <= excluded.claimed_at OR l.entries <> excluded.entries
    RETURNING l.clearance_id, l.claimed_at, l.leased_until
)
SELECT
    t.clearance_id, t.claimed_at, t.leased_until, s.in_sight,
    set_config('synchronous_commit', 'off', true)
FROM (SELECT count(*) AS in_sight FROM ranked) AS s
LEFT JOIN taken AS t ON true
