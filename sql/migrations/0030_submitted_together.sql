-- Submissions are written many at a time: what a clearance begins to wait for is noted once a
-- statement, and an index that nobody asks is not kept.

CREATE FUNCTION begin_clearance_clocks() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO clearance_clock (
        clearance_id, entry, next_at, waits_for_decision, queue_area_id, submitted_at, departs_at,
        due_by
    )
    SELECT
        c.clearance_id, c.entries, c.moved_at, c.queue_state IS NOT NULL, c.queue_area_id,
        c.submitted_at, coalesce(
            (SELECT t.starts_at FROM trip AS t WHERE t.trip_id = c.trip_id), c.arrive_at
        ),
        c.due_by
    FROM fresh AS c
    WHERE c.queue_state IS NOT NULL OR c.state = 'returned';
    RETURN NULL;
END
$$;

DROP TRIGGER clearance_begins_to_wait ON clearance;
CREATE TRIGGER clearance_begins_to_wait
AFTER INSERT ON clearance
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION begin_clearance_clocks();

-- Clearances that read an area are found by the area alone.
DROP INDEX clearance_reads_clearance;

-- A place was given back where somebody waits: looked for once a statement, however many nights it
-- touches. What a night had and has are summed rather than joined, so that a recount of a hundred
-- thousand nights stays linear.
CREATE FUNCTION places_freed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO redecision (redecision_id, area_id, cause, world_version)
    SELECT
        md5(f.area_id || ' ' || pg_current_xact_id()::text)::uuid, f.area_id, 'place', w.version
    FROM (
        SELECT DISTINCT c.area_id
        FROM (
            SELECT n.area_id, n.night, n.key_kind, n.key, n.committed, n.away FROM after AS n
            UNION ALL
            SELECT o.area_id, o.night, o.key_kind, o.key, -o.committed, -o.away FROM before AS o
        ) AS c
        GROUP BY c.area_id, c.night, c.key_kind, c.key
        HAVING sum(c.committed) < 0 OR sum(c.away) > 0
    ) AS f
    CROSS JOIN world_state AS w
    WHERE EXISTS (SELECT FROM ceiling_wait AS q WHERE q.area_id = f.area_id AND q.alone)
    ON CONFLICT (redecision_id) DO NOTHING;
    RETURN NULL;
END
$$;

DROP TRIGGER night_count_frees ON night_count;
CREATE TRIGGER night_count_frees
AFTER UPDATE ON night_count
REFERENCING OLD TABLE AS before NEW TABLE AS after
FOR EACH STATEMENT EXECUTE FUNCTION places_freed();
