-- Items with everything that says who may do what to them, in the order asked. $1 clearance ids.
SELECT
    c.clearance_id,
    c.trip_id,
    c.person_id,
    c.area_id,
    c.kind,
    c.state,
    c.arrive,
    c.depart,
    c.arrive_at,
    c.nights,
    c.security_level,
    c.policy_version,
    c.advisory_version,
    c.due_by,
    c.urgent_at,
    c.late,
    c.two_step,
    c.decider_role,
    c.submitted_at,
    c.moved_at,
    c.moved_by,
    c.entries,
    c.answer,
    t.reference,
    t.version AS trip_version,
    t.organization_id,
    t.personal,
    t.purpose,
    t.starts_at,
    t.body ->> 'pc_grade' AS pc_grade,
    p.family_name,
    p.given_names,
    p.category,
    p.organization_id AS person_organization_id,
    p.sponsor_person_id,
    p.senior_official,
    p.revision,
    parties.persons,
    parties.ties,
    advice.person_id AS recommended_by,
    denial.person_id AS denied_by,
    denial.capacity AS denied_as,
    denial.to_state AS denied_to,
    appeals.appealed,
    appeals.at_headquarters,
    ARRAY(
        SELECT w.course FROM course_waiver AS w WHERE w.clearance_id = c.clearance_id
    ) AS waived,
    roles_reached(c.clearance_id) AS reached,
    lease.holder_id,
    lease.claimed_at,
    lease.leased_until,
    sc_now() AS now
FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (clearance_id, position)
CROSS JOIN LATERAL (
    SELECT r.* FROM clearance AS r WHERE r.clearance_id = asked.clearance_id OFFSET 0
) AS c
CROSS JOIN LATERAL (SELECT r.* FROM trip AS r WHERE r.trip_id = c.trip_id OFFSET 0) AS t
CROSS JOIN LATERAL (SELECT r.* FROM person AS r WHERE r.person_id = c.person_id OFFSET 0) AS p
CROSS JOIN LATERAL (
    SELECT array_agg(q.person_id) AS persons, array_agg(q.tie) AS ties
    FROM trip_parties(c.trip_id) AS q
) AS parties
-- the newest advice since a person last had to look at it from the beginning
LEFT JOIN LATERAL (
    SELECT l.person_id
    FROM ledger_entry AS l
    WHERE l.clearance_id = c.clearance_id AND l.to_state = 'recommended'
        AND l.entry > (
            SELECT coalesce(max(b.entry), 0)
            FROM ledger_entry AS b
            WHERE b.clearance_id = c.clearance_id AND b.to_state = 'pending_review'
        )
    ORDER BY l.entry DESC
    LIMIT 1
) AS advice ON true
LEFT JOIN LATERAL (
    SELECT l.person_id, l.capacity, l.to_state
    FROM ledger_entry AS l
    WHERE l.clearance_id = c.clearance_id AND l.to_state IN ('denied', 'revoked')
        AND c.state IN ('denied', 'revoked', 'under_appeal')
    ORDER BY l.entry DESC
    LIMIT 1
) AS denial ON true
-- one appeal a level (R-1202): the official hears the first, headquarters one from an official's no
CROSS JOIN LATERAL (
    SELECT
        count(*) > 0 AS appealed,
        coalesce(bool_or(b.capacity IN ('own', 'ad_interim')), false) AS at_headquarters
    FROM ledger_entry AS l
    INNER JOIN ledger_entry AS b ON b.clearance_id = l.clearance_id AND b.entry = l.entry - 1
    WHERE l.clearance_id = c.clearance_id AND l.to_state = 'under_appeal'
) AS appeals
LEFT JOIN LATERAL (
    SELECT l.holder_id, l.claimed_at, l.leased_until
    FROM desk_lease AS l
    WHERE l.clearance_id = c.clearance_id AND l.entries = c.entries
        AND l.leased_until > sc_now() AND c.queue_state IS NOT NULL
    OFFSET 0
) AS lease ON true
ORDER BY asked.position
