-- Live stays for rows 9 and 10: the pattern's trip again and again, each with a traveller of its
-- own, who holds what the pattern's traveller holds. :pattern a trip, :stays how many.

-- Ids in the order of time, as the service makes them: those of a trip lie together on disk.
CREATE FUNCTION pg_temp.id_at(n integer) RETURNS uuid
LANGUAGE sql VOLATILE
AS $$
SELECT (
    lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - 100000000 + n), 12, '0')
    || '7' || substr(gen_random_uuid()::text, 16)
)::uuid
$$;

CREATE TEMPORARY TABLE pattern AS
SELECT t.trip_id, t.evidence_id, t.travellers[1] AS person_id, c.clearance_id
FROM trip AS t
INNER JOIN clearance AS c ON c.trip_id = t.trip_id
WHERE t.trip_id = :'pattern';

CREATE TEMPORARY TABLE made AS
SELECT
    n,
    pg_temp.id_at(n) AS trip_id,
    pg_temp.id_at(n) AS person_id,
    pg_temp.id_at(n) AS clearance_id,
    pg_temp.id_at(n) AS evidence_id,
    'L' || to_char(n, 'FM00000000') || substr(md5(random()::text), 1, 6) AS reference,
    (ARRAY['fao', 'iom', 'undp', 'unhcr', 'unicef', 'wfp', 'who'])[1 + n % 7] AS organization_id
FROM generate_series(1, :stays) AS n;

INSERT INTO organization (organization_id, name)
SELECT DISTINCT m.organization_id, m.organization_id FROM made AS m
ON CONFLICT DO NOTHING;

\ir again.sql

SELECT pg_temp.again('person', jsonb_build_object(
    'person_id', 'm.person_id', 'staff_no', 'm.reference', 'organization_id', 'm.organization_id'
), 's.person_id = p.person_id');
SELECT pg_temp.again('certificate', jsonb_build_object(
    'certificate_id', 'gen_random_uuid()', 'person_id', 'm.person_id'
), 's.person_id = p.person_id');
SELECT pg_temp.again('person_contact', jsonb_build_object(
    'person_id', 'm.person_id'
), 's.person_id = p.person_id');
SELECT pg_temp.again('emergency_contact', jsonb_build_object(
    'person_id', 'm.person_id'
), 's.person_id = p.person_id');
SELECT pg_temp.again('evidence', jsonb_build_object(
    'evidence_id', 'm.evidence_id', 'trip_id', 'm.trip_id',
    'body', 'convert_to(replace(replace(convert_from(s.body, ''UTF8''), p.person_id::text, '
    'm.person_id::text), format(''"organization":"%s"'', (SELECT o.organization_id FROM trip AS o '
    'WHERE o.trip_id = p.trip_id)), format(''"organization":"%s"'', m.organization_id)), ''UTF8'')'
), 's.evidence_id = p.evidence_id');
SELECT pg_temp.again('trip', jsonb_build_object(
    'trip_id', 'm.trip_id', 'reference', 'm.reference', 'evidence_id', 'm.evidence_id',
    'travellers', 'ARRAY[m.person_id]', 'organization_id', 'm.organization_id'
), 's.trip_id = p.trip_id');
SELECT pg_temp.again('trip_traveller', jsonb_build_object(
    'trip_id', 'm.trip_id', 'person_id', 'm.person_id', 'reference', 'm.reference',
    'organization_id', 'm.organization_id'
), 's.trip_id = p.trip_id');
SELECT pg_temp.again('clearance', jsonb_build_object(
    'clearance_id', 'm.clearance_id', 'trip_id', 'm.trip_id', 'person_id', 'm.person_id',
    'evidence_id', 'm.evidence_id'
), 's.trip_id = p.trip_id');
SELECT pg_temp.again('ledger_entry', jsonb_build_object(
    'clearance_id', 'm.clearance_id', 'trip_id', 'm.trip_id', 'evidence_id', 'm.evidence_id'
), 's.trip_id = p.trip_id');
