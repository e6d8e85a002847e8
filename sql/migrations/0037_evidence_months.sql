-- Evidence by the month in which its id was made (UUIDv7: the first 48 bits are milliseconds), so
-- that what is past its time goes with its part of the table instead of line by line. A look-up by
-- id needs no second key: its part follows from the id. What was written before this migration,
-- and what the rest of its month brings, is one part; what has an id of no month that is there goes
-- to the last, so nothing that is written ever waits for a month to be made.

-- The first id that can be made at a time.
CREATE FUNCTION evidence_id_at(at timestamptz) RETURNS uuid
LANGUAGE sql STABLE
RETURN rpad(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0'), 32, '0')::uuid;

ALTER TABLE evidence RENAME TO evidence_before;
ALTER TABLE evidence_before RENAME CONSTRAINT evidence_pkey TO evidence_before_pkey;
CREATE TABLE evidence (LIKE evidence_before INCLUDING ALL) PARTITION BY RANGE (evidence_id);
CREATE TABLE evidence_rest (LIKE evidence INCLUDING ALL);
ALTER TABLE evidence_rest SET (toast_tuple_target = 4080);
ALTER TABLE evidence ATTACH PARTITION evidence_rest DEFAULT;

-- Makes the part of a month, and takes what the last part holds of it.
CREATE FUNCTION evidence_month(of_day date) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    first date := date_trunc('month', of_day);
    part text := to_char(first, '"evidence_"YYYY_MM');
    low uuid := evidence_id_at(first::timestamp AT TIME ZONE 'UTC');
    high uuid := evidence_id_at((first + interval '1 month') AT TIME ZONE 'UTC');
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE evidence INCLUDING ALL)', part);
    EXECUTE format('ALTER TABLE %I SET (toast_tuple_target = 4080)', part);
    EXECUTE format(
        'WITH early AS (
            DELETE FROM evidence_rest WHERE evidence_id >= %L AND evidence_id < %L RETURNING *
        )
        INSERT INTO %I SELECT * FROM early',
        low, high, part
    );
    EXECUTE format(
        'ALTER TABLE evidence ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, low, high
    );
END
$$;

-- Every part but the last, with the ids it is for: from one, up to and without another.
CREATE VIEW evidence_part AS
SELECT
    c.oid::regclass AS part,
    coalesce(
        substring(pg_get_expr(c.relpartbound, c.oid) FROM 'FROM \(''([0-9a-f-]+)''\)'),
        '00000000-0000-0000-0000-000000000000'
    )::uuid AS low,
    substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([0-9a-f-]+)''\)')::uuid AS high
FROM pg_inherits AS i
INNER JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE i.inhparent = 'evidence'::regclass
    AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT';

-- Makes the parts of the month and of the two after it where they are missing, and says how many.
-- One process at a time: the advisory key (7301, 3).
CREATE FUNCTION evidence_months() RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    made integer := 0;
    day date;
BEGIN
    IF NOT pg_try_advisory_xact_lock(7301, 3) THEN
        RETURN made;
    END IF;
    FOR ahead IN 0..2 LOOP
        day := date_trunc('month', sc_now() AT TIME ZONE 'UTC') + make_interval(months => ahead);
        IF NOT EXISTS (
            SELECT 1
            FROM evidence_part AS p
            WHERE evidence_id_at(day::timestamp AT TIME ZONE 'UTC') >= p.low
                AND evidence_id_at(day::timestamp AT TIME ZONE 'UTC') < p.high
        ) THEN
            PERFORM evidence_month(day);
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END
$$;

-- Whether the evidence of a trip must stay: what it covers for one of its travellers has no end, or
-- ended after a time.
CREATE FUNCTION evidence_stays(of_trip uuid, ended_before timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1
    FROM trip AS t
    CROSS JOIN LATERAL unnest(t.travellers) AS p (person_id)
    INNER JOIN trip_traveller AS w
        ON w.person_id = p.person_id AND w.trip_id = t.trip_id AND w.covers_until >= ended_before
    WHERE t.trip_id = of_trip
);

-- Erases a part: what must stay is written to a new table, which takes the place of the old one.
-- Only the exchange keeps others waiting.
CREATE FUNCTION evidence_erase(of_part regclass, ended_before timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    part text := of_part::text;
    bound text := (
        SELECT pg_get_expr(c.relpartbound, c.oid) FROM pg_class AS c WHERE c.oid = of_part
    );
BEGIN
    CREATE TABLE evidence_kept (LIKE evidence INCLUDING ALL);
    ALTER TABLE evidence_kept SET (toast_tuple_target = 4080);
    EXECUTE format(
        'INSERT INTO evidence_kept SELECT * FROM %s WHERE evidence_stays(trip_id, $1)', of_part
    ) USING ended_before;
    EXECUTE format('ALTER TABLE evidence DETACH PARTITION %s', of_part);
    EXECUTE format('DROP TABLE %s', of_part);
    EXECUTE format('ALTER TABLE evidence_kept RENAME TO %I', part);
    EXECUTE format('ALTER INDEX evidence_kept_pkey RENAME TO %I', part || '_pkey');
    EXECUTE format('ALTER TABLE evidence ATTACH PARTITION %I %s', part, bound);
END
$$;

-- The part of what is there already reaches to the end of the month of the last of it, or of this
-- month.
DO $$
DECLARE
    last text := (
        SELECT replace(e.evidence_id::text, '-', '')
        FROM evidence_before AS e
        ORDER BY e.evidence_id DESC
        LIMIT 1
    );
    latest timestamptz := greatest(
        sc_now(), to_timestamp(('x' || left(last, 12))::bit(48)::bigint / 1000.0)
    );
    ends timestamp := date_trunc('month', latest AT TIME ZONE 'UTC') + interval '1 month';
BEGIN
    EXECUTE format(
        'ALTER TABLE evidence ATTACH PARTITION evidence_before FOR VALUES FROM (MINVALUE) TO (%L)',
        evidence_id_at(ends AT TIME ZONE 'UTC')
    );
    PERFORM evidence_months();
END
$$;
