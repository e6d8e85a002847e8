-- A crisis: of :stays live stays like the pattern's, the first :crowd have begun, and their travellers
-- can log in; the others are still to come. :pattern a trip with one stay.
\ir ../redecide_fill.sql

INSERT INTO person_identity (identity_id, issuer, subject, person_id)
SELECT gen_random_uuid(), i.issuer, 'crisis-' || m.reference, m.person_id
FROM made AS m
CROSS JOIN (SELECT o.issuer FROM person_identity AS o WHERE o.subject = 'admin') AS i
WHERE m.n <= :crowd;

UPDATE clearance AS c
SET
    arrive = current_date - 1,
    depart = current_date + 3,
    arrive_at = sc_now() - INTERVAL '1 day',
    depart_at = sc_now() + INTERVAL '3 days',
    valid_from = sc_now() - INTERVAL '2 days',
    valid_to = sc_now() + INTERVAL '4 days'
FROM made AS m
WHERE m.n <= :crowd AND c.clearance_id = m.clearance_id;

UPDATE trip AS t
SET
    starts_at = sc_now() - INTERVAL '1 day',
    ends_at = sc_now() + INTERVAL '3 days',
    notes = t.notes::jsonb || jsonb_build_object(
        'first_day', current_date - 1, 'last_day', current_date + 3
    )
FROM made AS m
WHERE m.n <= :crowd AND t.trip_id = m.trip_id;

UPDATE trip_traveller AS t
SET
    starts_at = sc_now() - INTERVAL '1 day',
    ends_at = sc_now() + INTERVAL '3 days',
    first_day = current_date - 1,
    last_day = current_date + 3,
    covers_from = sc_now() - INTERVAL '2 days',
    covers_until = sc_now() + INTERVAL '4 days'
FROM made AS m
WHERE m.n <= :crowd AND t.trip_id = m.trip_id;
