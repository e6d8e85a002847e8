-- Items that wait for a coordinator, and coordinators. :pattern a trip whose one stay
-- waits, :stays items, :areas areas that share them, :approvers coordinators, each of one area.
\ir redecide_fill.sql

CREATE TEMPORARY TABLE place AS
SELECT row_number() OVER (ORDER BY s.area_id) - 1 AS at, s.area_id
FROM (
    SELECT a.area_id
    FROM area_state AS a
    WHERE
        a.status = 'open'
        AND coalesce(a.risk_band, 'low') IN ('low', 'medium')
        -- where places are few, only so many of the same stay can be approved
        AND NOT EXISTS (
            SELECT 1
            FROM area_policy AS p
            WHERE p.area_id = a.area_id AND p.body -> 'ceilings' ->> 'total' IS NOT NULL
        )
    ORDER BY a.area_id
    LIMIT :areas
) AS s;

-- each queue in an order of its own
UPDATE clearance AS c
SET
    area_id = p.area_id,
    queue_area_id = p.area_id,
    urgent_at = c.urgent_at + m.n / 1000.0
FROM made AS m
INNER JOIN place AS p ON p.at = m.n % :areas
WHERE c.clearance_id = m.clearance_id;

-- the clocks have looked at what waits, as they have at a desk that works
UPDATE clearance_clock SET next_at = sc_now() + INTERVAL '1 day';

DELETE FROM appointment AS a
WHERE a.letter_ref = 'LOAD/APPROVERS';
INSERT INTO appointment (
    appointment_id, person_id, role, area_ids, letter_ref, recorded_by, confirmed_by, confirmed_at,
    valid_from, valid_to
)
SELECT
    gen_random_uuid(), w.person_id, 'area_security_coordinator', ARRAY[p.area_id], 'LOAD/APPROVERS',
    admin.person_id, official.person_id, sc_now(), sc_now() - INTERVAL '1 day',
    sc_now() + INTERVAL '1 year'
FROM (
    SELECT row_number() OVER (ORDER BY i.subject) AS n, i.person_id
    FROM person_identity AS i
    INNER JOIN person AS o ON o.person_id = i.person_id
    WHERE i.subject LIKE 'person-%' AND o.status = 'active'
    ORDER BY i.subject
    LIMIT :approvers
) AS w
INNER JOIN place AS p ON p.at = w.n % :areas
CROSS JOIN (SELECT i.person_id FROM person_identity AS i WHERE i.subject = 'admin') AS admin
CROSS JOIN (SELECT i.person_id FROM person_identity AS i WHERE i.subject = 'do') AS official;
