-- Ceilings complete (domain.md c.5): what a clearance takes under the ceilings in force, who waits
-- for a place, what was permitted above a ceiling, and that a place given back is heard of.

-- Ceilings in force ------------------------------------------------------------------------------

-- The ceiling of one count (`total:`, `organization:x`, `category:x`) in a policy; null: no limit.
CREATE FUNCTION ceiling_of(policy jsonb, named text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE split_part(named, ':', 1)
    WHEN 'total' THEN policy #>> '{ceilings,total}'
    WHEN 'organization' THEN
        policy #>> ARRAY['ceilings', 'by_organization', substr(named, strpos(named, ':') + 1)]
    WHEN 'category' THEN
        policy #>> ARRAY['ceilings', 'by_category', substr(named, strpos(named, ':') + 1)]
END::bigint
$$;

-- Whether a policy limits anything at all.
CREATE FUNCTION is_limited(policy jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT policy #>> '{ceilings,total}' IS NOT NULL
    OR coalesce(policy #> '{ceilings,by_organization}', '{}') <> '{}'
    OR coalesce(policy #> '{ceilings,by_category}', '{}') <> '{}'
$$;

-- The counts a visitor falls under (R-501), as a clearance keeps them; null where none is limited
-- or the category takes no place. `Category::counts_in_ceiling` in SQL, held equal by a test.
CREATE FUNCTION visitor_keys(policy jsonb, organization text, category text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT array_agg(k.named ORDER BY k.place)
FROM unnest(
    ARRAY['total:', 'organization:' || organization, 'category:' || category]
) WITH ORDINALITY AS k (named, place)
WHERE category NOT IN ('contingent_member', 'partner_ngo', 'area_staff')
    AND ceiling_of(policy, k.named) IS NOT NULL
$$;

-- The nights of a stay that take a place (R-501): each night, or the day of a same-day visit where
-- the policy counts those; null for none.
CREATE FUNCTION visitor_nights(policy jsonb, arrive date, nights integer) RETURNS date[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE
    WHEN nights > 0 THEN ARRAY(SELECT arrive + n FROM generate_series(0, nights - 1) AS n)
    WHEN (policy #>> '{ceilings,count_day_visits}')::boolean THEN ARRAY[arrive]
END
$$;

-- Nights on which a clearance would find no place now; empty where it would find one on each.
CREATE FUNCTION full_nights(clearance uuid) RETURNS date[]
LANGUAGE sql STABLE
AS $$
SELECT coalesce(array_agg(DISTINCT n.night ORDER BY n.night), '{}')
FROM clearance AS c
INNER JOIN area_state AS s ON s.area_id = c.area_id
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
CROSS JOIN LATERAL unnest(c.place_nights) AS n (night)
CROSS JOIN LATERAL unnest(c.place_keys) AS k (named)
CROSS JOIN LATERAL (
    SELECT split_part(k.named, ':', 1) AS kind, substr(k.named, strpos(k.named, ':') + 1) AS key
) AS q
LEFT JOIN night_count AS t
    ON t.area_id = c.area_id AND t.night = n.night AND t.key_kind = q.kind AND t.key = q.key
LEFT JOIN resident_count AS r
    ON r.area_id = c.area_id AND r.key_kind = q.kind AND r.key = q.key
WHERE c.clearance_id = clearance
    AND coalesce(t.committed, 0) + greatest(coalesce(r.residents, 0) - coalesce(t.away, 0), 0)
        >= ceiling_of(p.body, k.named)
$$;

-- Places after a change of ceilings --------------------------------------------------------------

-- What clearances hold is made to fit the ceilings in force, with the counts that follow: one of an
-- area that had no ceiling when it was decided takes its places from now on. Called under the lock
-- `world` where ceilings change, and before a clearance becomes positive that holds nothing. It
-- knows no limit and refuses nobody (R-507).
CREATE FUNCTION count_visitors_anew(clearances uuid[]) RETURNS void
LANGUAGE sql VOLATILE
AS $$
WITH due AS (
    SELECT
        c.clearance_id, place_hold(c.state) AS hold,
        c.place_nights AS old_nights, c.place_keys AS old_keys,
        CASE WHEN w.keys IS NOT NULL THEN w.nights END AS new_nights,
        CASE WHEN w.nights IS NOT NULL THEN w.keys END AS new_keys
    FROM unnest(clearances) AS q (clearance_id)
    INNER JOIN clearance AS c ON c.clearance_id = q.clearance_id
    INNER JOIN person AS who ON who.person_id = c.person_id
    INNER JOIN area_state AS s ON s.area_id = c.area_id
    INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
    CROSS JOIN LATERAL (
        SELECT
            visitor_nights(p.body, c.arrive, c.nights) AS nights,
            visitor_keys(p.body, who.organization_id, who.category) AS keys
    ) AS w
    WHERE c.outcome <> 'notify'
        AND NOT (who.resident AND who.duty_station_area_id = c.area_id)
),
changed AS (
    UPDATE clearance AS c SET place_nights = d.new_nights, place_keys = d.new_keys
    FROM due AS d
    WHERE c.clearance_id = d.clearance_id
        AND (d.old_nights, d.old_keys) IS DISTINCT FROM (d.new_nights, d.new_keys)
    RETURNING c.area_id, d.hold, d.old_nights, d.old_keys, d.new_nights, d.new_keys
),
place AS (
    SELECT
        a.area_id, a.night, split_part(a.named, ':', 1) AS key_kind,
        substr(a.named, strpos(a.named, ':') + 1) AS key,
        sum((a.hold = 'binding')::integer * a.places) AS committed,
        sum((a.hold = 'soft')::integer * a.places) AS soft
    FROM (
        SELECT c.area_id, c.hold, n.night, k.named, -1 AS places
        FROM changed AS c
        CROSS JOIN LATERAL unnest(c.old_nights) AS n (night)
        CROSS JOIN LATERAL unnest(c.old_keys) AS k (named)
        UNION ALL
        SELECT c.area_id, c.hold, n.night, k.named, 1
        FROM changed AS c
        CROSS JOIN LATERAL unnest(c.new_nights) AS n (night)
        CROSS JOIN LATERAL unnest(c.new_keys) AS k (named)
    ) AS a
    GROUP BY 1, 2, 3, 4
)
INSERT INTO night_count AS c (area_id, night, key_kind, key, committed, soft)
SELECT p.area_id, p.night, p.key_kind, p.key, p.committed, p.soft
FROM place AS p
WHERE p.committed <> 0 OR p.soft <> 0
ORDER BY p.area_id COLLATE "C", p.night, p.key_kind COLLATE "C", p.key COLLATE "C"
ON CONFLICT (area_id, night, key_kind, key) DO UPDATE SET
    committed = c.committed + excluded.committed, soft = c.soft + excluded.soft
$$;

-- Residents of an area who are away by a clearance decided before the area had a ceiling free
-- their own places from now on (R-504). Called where ceilings change, under the lock `world`.
CREATE FUNCTION count_residents_anew(home text) RETURNS void
LANGUAGE sql VOLATILE
AS $$
WITH leaving AS (
    SELECT
        c.clearance_id, place_hold(c.state) AS hold,
        visitor_nights(p.body, c.arrive, c.nights) AS nights,
        ARRAY['total:', 'organization:' || who.organization_id, 'category:' || who.category]
            AS keys
    FROM area_state AS s
    INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
    INNER JOIN person AS who ON who.duty_station_area_id = s.area_id AND who.resident
    INNER JOIN trip_traveller AS t
        ON t.person_id = who.person_id AND t.covers_until > sc_now() AND t.live
    INNER JOIN clearance AS c ON c.trip_id = t.trip_id AND c.person_id = who.person_id
    WHERE s.area_id = home AND is_limited(p.body)
        AND c.area_id IS DISTINCT FROM home AND c.away_area_id IS NULL AND c.nights > 0
        AND c.state NOT IN ('cancelled', 'superseded', 'expired', 'completed')
),
left_home AS (
    UPDATE clearance AS c SET away_area_id = home, away_nights = l.nights, away_keys = l.keys
    FROM leaving AS l
    WHERE c.clearance_id = l.clearance_id
    RETURNING l.hold, l.nights, l.keys
)
INSERT INTO night_count AS c (area_id, night, key_kind, key, away)
SELECT home, n.night, q.kind, q.key, count(*)
FROM left_home AS l
CROSS JOIN LATERAL unnest(l.nights) AS n (night)
CROSS JOIN LATERAL unnest(l.keys) AS k (named)
CROSS JOIN LATERAL (
    SELECT split_part(k.named, ':', 1) AS kind, substr(k.named, strpos(k.named, ':') + 1) AS key
) AS q
WHERE l.hold = 'binding'
GROUP BY n.night, q.kind, q.key
ORDER BY n.night, q.kind COLLATE "C", q.key COLLATE "C"
ON CONFLICT (area_id, night, key_kind, key) DO UPDATE SET away = c.away + excluded.away
$$;

-- The residents of an area, whose travels free places at home.
CREATE INDEX person_residents ON person (duty_station_area_id) WHERE resident;

-- Waiting list -----------------------------------------------------------------------------------

-- Who waits for a place (R-503): a row as long as the clearance is undecided. Those who wait for
-- nothing else (`alone`) are decided again by rules when a place is given back (R-508). The order
-- is that of the index: the most critical grade first (5: none was named), then who asked first.
CREATE TABLE ceiling_wait (
    clearance_id uuid PRIMARY KEY,
    area_id text COLLATE "C" NOT NULL,
    pc_rank smallint NOT NULL CHECK (pc_rank BETWEEN 1 AND 5),
    submitted_at timestamptz NOT NULL,
    alone boolean NOT NULL
);
CREATE INDEX ceiling_wait_order ON ceiling_wait (area_id, pc_rank, submitted_at, clearance_id);

ALTER TABLE redecision DROP CONSTRAINT redecision_cause_check;
ALTER TABLE redecision ADD CONSTRAINT redecision_cause_check CHECK (
    cause IN ('suspended', 'closed', 'reopened', 'policy', 'level', 'fence', 'person', 'place')
);

-- A place was given back where somebody waits: one row an area and transaction, whatever gave it
-- back, for the loop that decides again.
CREATE FUNCTION place_freed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO redecision (redecision_id, area_id, cause, world_version)
    SELECT
        md5(NEW.area_id || ' ' || pg_current_xact_id()::text)::uuid, NEW.area_id, 'place',
        w.version
    FROM world_state AS w
    WHERE EXISTS (SELECT FROM ceiling_wait AS q WHERE q.area_id = NEW.area_id AND q.alone)
    ON CONFLICT (redecision_id) DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER night_count_frees
AFTER UPDATE ON night_count
FOR EACH ROW WHEN (NEW.committed < OLD.committed OR NEW.away > OLD.away)
EXECUTE FUNCTION place_freed();

-- the first resident to leave on a night nobody had counted yet
CREATE TRIGGER night_count_begins_freed
AFTER INSERT ON night_count
FOR EACH ROW WHEN (NEW.away > 0)
EXECUTE FUNCTION place_freed();

CREATE TRIGGER resident_count_frees
AFTER UPDATE ON resident_count
FOR EACH ROW WHEN (NEW.residents < OLD.residents)
EXECUTE FUNCTION place_freed();

-- Above a ceiling --------------------------------------------------------------------------------

-- A clearance permitted to take its places above the ceiling (R-506): by whom, in which capacity,
-- why, and on which nights there was no place left when it was permitted.
CREATE TABLE ceiling_override (
    override_id uuid PRIMARY KEY,
    clearance_id uuid NOT NULL,
    area_id text COLLATE "C" NOT NULL,
    nights date[] NOT NULL,
    policy_version integer NOT NULL,
    reason text NOT NULL,
    capacity text NOT NULL,
    person_id uuid NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX ceiling_override_clearance ON ceiling_override (clearance_id);
CREATE INDEX ceiling_override_area ON ceiling_override (area_id, at);
