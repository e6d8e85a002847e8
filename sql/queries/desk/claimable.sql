-- What somebody may take at stations: the most urgent items that are free, those of each station by
-- itself. A station is an area, null for headquarters' queue, with what one is there: $1 areas, $2
-- its official, $3 its coordinator, $4 its adviser, $5 has all of it by delegation; $6 how many to
-- look at. Each queue is read in the order of its index. Whose trip it is and who passed it up are
-- told: such items are for others.
-- What is asked is a step of its own: a planner that saw how many stations it names would make a
-- plan for every caller, which takes longer than the looking.
WITH asked AS MATERIALIZED (
    SELECT
        $1::text[] AS areas, $2::boolean[] AS official, $3::boolean[] AS coordinator,
        $4::boolean[] AS adviser, $5::boolean[] AS delegate, $6::bigint[] AS looked_at
)
SELECT
    a.station, i.clearance_id, i.entries, i.urgent_at, i.person_id,
    CASE WHEN i.queue_state = 'escalated' THEN i.moved_by END AS passed_up_by
FROM asked AS o
CROSS JOIN LATERAL unnest(o.areas, o.official, o.coordinator, o.adviser, o.delegate, o.looked_at)
    WITH ORDINALITY
    AS a (area_id, official, coordinator, adviser, delegate, looked_at, station)
CROSS JOIN LATERAL (
    SELECT q.clearance_id, q.entries, q.urgent_at, q.person_id, q.queue_state, q.moved_by
    FROM unnest(ARRAY['pending_review', 'recommended', 'escalated', 'under_appeal']) AS s (state)
    CROSS JOIN LATERAL (
        SELECT c.clearance_id, c.entries, c.urgent_at, c.person_id, c.queue_state, c.moved_by
        FROM clearance AS c
        WHERE c.queue_area_id = a.area_id AND c.queue_state = s.state
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
        LIMIT a.looked_at
    ) AS q
    UNION ALL
    SELECT q.clearance_id, q.entries, q.urgent_at, q.person_id, q.queue_state, q.moved_by
    FROM unnest(ARRAY['pending_review', 'recommended', 'escalated', 'under_appeal']) AS s (state)
    CROSS JOIN LATERAL (
        SELECT c.clearance_id, c.entries, c.urgent_at, c.person_id, c.queue_state, c.moved_by
        FROM clearance AS c
        WHERE a.area_id IS NULL AND c.queue_area_id IS NULL AND c.queue_state = s.state
            AND NOT EXISTS (
                SELECT
                FROM desk_lease AS l
                WHERE l.clearance_id = c.clearance_id AND l.entries = c.entries
                    AND l.leased_until > sc_now()
            )
        ORDER BY c.urgent_at, c.clearance_id
        LIMIT a.looked_at
    ) AS q
    ORDER BY urgent_at, clearance_id
    LIMIT a.looked_at
) AS i
ORDER BY a.station, i.urgent_at, i.clearance_id
