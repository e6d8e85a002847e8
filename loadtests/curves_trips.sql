-- Stored trips for the curve over what is on record: the pattern's trip again and again as history, a
-- traveller and a stay each, over five years that ended ten days ago, all completed, of everybody on
-- record in turn and in every area. :pattern a trip, :trips how many, :before how many there were.

CREATE TEMPORARY TABLE pattern AS
SELECT t.trip_id, t.evidence_id, t.starts_at, c.arrive
FROM trip AS t
INNER JOIN clearance AS c ON c.trip_id = t.trip_id
WHERE t.trip_id = :'pattern';

CREATE TEMPORARY TABLE everybody AS
SELECT p.person_id, p.organization_id, row_number() OVER (ORDER BY p.person_id) - 1 AS number
FROM person AS p;
CREATE UNIQUE INDEX ON everybody (number);
CREATE TEMPORARY TABLE everywhere AS
SELECT a.area_id, row_number() OVER (ORDER BY a.area_id) - 1 AS number
FROM area AS a;
CREATE UNIQUE INDEX ON everywhere (number);
ANALYZE everybody, everywhere;

-- Ids in the order of time, as the service makes them.
CREATE FUNCTION pg_temp.id_at(at timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE
AS $$
SELECT (
    lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
    || '7' || substr(gen_random_uuid()::text, 16)
)::uuid
$$;

-- Everybody's turn comes in an order that has nothing to do with that of the ids.
CREATE TEMPORARY TABLE made AS
SELECT
    t.n,
    pg_temp.id_at(t.at) AS trip_id,
    pg_temp.id_at(t.at) AS clearance_id,
    pg_temp.id_at(t.at) AS evidence_id,
    'H' || to_char(:before + t.n, 'FM000000000') AS reference,
    e.person_id,
    e.organization_id,
    w.area_id,
    t.at - p.starts_at AS later,
    (t.at::date - p.starts_at::date) AS days
FROM (
    SELECT
        k.n,
        sc_now() - interval '5 years' + interval '1816 days' * (k.n::double precision / :trips)
            AS at
    FROM generate_series(1, :trips) AS k (n)
) AS t
CROSS JOIN pattern AS p
INNER JOIN everybody AS e
    ON e.number = ((:before + t.n)::bigint * 7919) % (SELECT count(*) FROM everybody)
INNER JOIN everywhere AS w ON w.number = t.n % (SELECT count(*) FROM everywhere);

\ir again.sql

BEGIN;
SET LOCAL synchronous_commit = off;
SELECT pg_temp.again('evidence', jsonb_build_object(
    'evidence_id', 'm.evidence_id', 'trip_id', 'm.trip_id'
), 's.evidence_id = p.evidence_id');
SELECT pg_temp.again('trip', jsonb_build_object(
    'trip_id', 'm.trip_id', 'reference', 'm.reference', 'evidence_id', 'm.evidence_id',
    'travellers', 'ARRAY[m.person_id]', 'organization_id', 'm.organization_id',
    'state', '''completed''', 'starts_at', 's.starts_at + m.later', 'ends_at', 's.ends_at + m.later',
    'submitted_at', 's.submitted_at + m.later'
), 's.trip_id = p.trip_id');
SELECT pg_temp.again('trip_traveller', jsonb_build_object(
    'trip_id', 'm.trip_id', 'person_id', 'm.person_id', 'live', 'false',
    'reference', 'm.reference', 'organization_id', 'm.organization_id',
    'first_day', 's.first_day + m.days', 'last_day', 's.last_day + m.days',
    'starts_at', 's.starts_at + m.later', 'ends_at', 's.ends_at + m.later',
    'covers_from', 's.covers_from + m.later', 'covers_until', 's.covers_until + m.later'
), 's.trip_id = p.trip_id');
SELECT pg_temp.again('clearance', jsonb_build_object(
    'clearance_id', 'm.clearance_id', 'trip_id', 'm.trip_id', 'person_id', 'm.person_id',
    'evidence_id', 'm.evidence_id', 'area_id', 'm.area_id', 'state', '''completed''',
    'arrive', 's.arrive + m.days', 'depart', 's.depart + m.days',
    'arrive_at', 's.arrive_at + m.later', 'depart_at', 's.depart_at + m.later',
    'valid_from', 's.valid_from + m.later', 'valid_to', 's.valid_to + m.later',
    'submitted_at', 's.submitted_at + m.later', 'moved_at', 's.moved_at + m.later',
    'confirms_arrival', 'false', 'counts_arrival', 'false'
), 's.trip_id = p.trip_id');
SELECT pg_temp.again('ledger_entry', jsonb_build_object(
    'clearance_id', 'm.clearance_id', 'trip_id', 'm.trip_id', 'evidence_id', 'm.evidence_id',
    'at', 's.at + m.later'
), 's.trip_id = p.trip_id');
COMMIT;
