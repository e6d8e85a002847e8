-- What the record room writes, and nobody else: trips, clearances, evidence, ledger entries,
-- outbox, places taken, saved answers; and the locks that everyone takes in one order:
-- world, persons, trips, nights (fine print, "Lanes and locks").
--
-- There are no foreign keys between these tables: one room writes them, in one transaction, and
-- tests recount them. Every index here is paid for by every submission; each says what it is for.

-- Locks ------------------------------------------------------------------------------------------
-- The only advisory keys of the program are made here: (7301, 1) the world, (7301, 2) the relay,
-- and one 64-bit key a person. All end with the transaction.

CREATE FUNCTION lock_world_shared() RETURNS void
LANGUAGE sql VOLATILE
AS $$SELECT pg_advisory_xact_lock_shared(7301, 1)$$;

CREATE FUNCTION lock_world_exclusive() RETURNS void
LANGUAGE sql VOLATILE
AS $$SELECT pg_advisory_xact_lock(7301, 1)$$;

-- One relay at a time.
CREATE FUNCTION lock_relay() RETURNS void
LANGUAGE sql VOLATILE
AS $$SELECT pg_advisory_xact_lock(7301, 2)$$;

-- In the order of the keys, whatever the order of the people, so that no two can block each other.
CREATE FUNCTION lock_people(people uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    person_key bigint;
BEGIN
    FOR person_key IN
        SELECT DISTINCT uuid_hash_extended(p, 7301) FROM unnest(people) AS p ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(person_key);
    END LOOP;
END
$$;

-- What states mean to counts ---------------------------------------------------------------------

-- The place a clearance holds (R-502): a suspended one keeps what it had until it is cancelled,
-- else lifting the suspension could overfill a night.
CREATE FUNCTION place_hold(state text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE
    WHEN state IN ('cleared', 'approved', 'suspended') THEN 'binding'
    WHEN state IN ('pending_review', 'recommended', 'escalated', 'under_appeal') THEN 'soft'
    ELSE 'none'
END
$$;

-- The state of a trip over its current clearances: TripState::of in SQL, held equal by a test.
CREATE FUNCTION trip_state(states text[], arrived boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE
    WHEN states <> '{}' AND states <@ '{cancelled}' THEN 'cancelled'
    WHEN states <> '{}' AND states <@ '{completed,expired,cancelled}' THEN 'completed'
    WHEN states && '{returned}' THEN 'action_needed'
    WHEN states && '{submitted,pending_review,recommended,escalated,under_appeal}'
        THEN 'in_progress'
    WHEN states && '{denied,revoked,suspended}'
        THEN CASE WHEN states && '{cleared,approved}' THEN 'partly_cleared' ELSE 'no_go' END
    WHEN states <> '{}' AND states <@ '{notified}' THEN 'notified'
    WHEN arrived THEN 'travelling'
    ELSE 'go'
END
$$;

-- Whether a clearance counts as an arrival by rule of its day (R-410).
CREATE FUNCTION is_by_rule(state text, prior_state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$SELECT state = 'cleared' OR (state = 'suspended' AND prior_state = 'cleared')$$;

-- Trips ------------------------------------------------------------------------------------------

CREATE TABLE trip (
    trip_id uuid PRIMARY KEY,
    reference text COLLATE "C" NOT NULL,
    version integer NOT NULL,            -- of what was submitted; an amendment raises it
    change_no integer NOT NULL,          -- raised by every commit that touches the trip: its ETag
    trip_kind text NOT NULL CHECK (trip_kind IN ('official', 'personal', 'official_with_leave')),
    purpose text NOT NULL,
    organization_id text COLLATE "C" NOT NULL,
    requester_id uuid,                   -- the person who submitted; null for a machine
    personal boolean NOT NULL,           -- told to no organization
    state text NOT NULL CHECK (
        state IN (
            'in_progress', 'action_needed', 'go', 'partly_cleared', 'no_go', 'notified',
            'travelling', 'cancelled', 'completed'
        )
    ),
    arrived boolean NOT NULL DEFAULT false,
    withdrawn boolean NOT NULL DEFAULT false, -- by the requester; tells where no clearance can
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    submitted_at timestamptz NOT NULL,
    world_version bigint NOT NULL,
    ruleset_version text NOT NULL,
    evidence_id uuid,                    -- of the version's decision
    travellers uuid[] NOT NULL,
    external_refs json,
    body json,                           -- what was submitted, personal data: null once erased
    notes json                           -- crossings and warnings of the decision
);
-- Read out over a bad line; a collision shows here.
CREATE UNIQUE INDEX trip_reference_key ON trip (reference);
-- An organization's trips, newest first.
CREATE INDEX trip_organization ON trip (organization_id, trip_id);

-- Who travels when: overlap, a person's trips, status questions. `covers_*` is the hull of the
-- trip and of its clearances' windows with their grace; 'infinity' for an open end. These four are
-- for searching and never shown.
CREATE TABLE trip_traveller (
    person_id uuid NOT NULL,
    covers_until timestamptz NOT NULL,
    trip_id uuid NOT NULL,
    covers_from timestamptz NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    role text NOT NULL CHECK (role IN ('leader', 'member', 'family')),
    personal boolean NOT NULL,
    live boolean NOT NULL,               -- the trip is neither cancelled nor completed
    PRIMARY KEY (person_id, covers_until, trip_id)
);

-- Clearances -------------------------------------------------------------------------------------

CREATE TABLE clearance (
    clearance_id uuid PRIMARY KEY,
    trip_id uuid NOT NULL,
    trip_version integer NOT NULL,
    person_id uuid NOT NULL,
    area_id text COLLATE "C",            -- null where none could even be guessed
    kind text NOT NULL CHECK (kind IN ('stay', 'passage')),
    stay_no integer NOT NULL,            -- position in the terrain's stays
    state text NOT NULL CHECK (
        state IN (
            'notified', 'cleared', 'pending_review', 'returned', 'recommended', 'escalated',
            'approved', 'denied', 'under_appeal', 'suspended', 'revoked', 'cancelled',
            'superseded', 'expired', 'completed'
        )
    ),
    prior_state text,                    -- while suspended: the state it had
    outcome text NOT NULL,
    arrive date NOT NULL,
    depart date,
    arrive_at timestamptz NOT NULL,
    depart_at timestamptz,
    nights integer NOT NULL,
    security_level smallint,
    risk_band text,
    policy_version integer NOT NULL,
    advisory_version integer NOT NULL,
    revision bigint NOT NULL,            -- of its area: every change up to here has been seen
    world_version bigint NOT NULL,
    ruleset_version text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,                -- null for an open stay
    due_by timestamptz,
    urgent_at double precision,          -- epoch hours; smallest first (fine print, "Urgency")
    late boolean NOT NULL,
    two_step boolean NOT NULL,
    decider_role text,
    queue_area_id text COLLATE "C",      -- whose queue; null for headquarters
    -- The state while a person must act. A column of its own, so that a move which touches no
    -- queue (a suspension of 100,000) touches no index.
    queue_state text GENERATED ALWAYS AS (
        CASE WHEN state IN ('pending_review', 'recommended', 'escalated', 'under_appeal')
            THEN state END
    ) STORED,
    submitted_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    moved_by uuid,                       -- null: rules
    entries integer NOT NULL,            -- how many ledger entries it has
    evidence_id uuid,                    -- of the decision it came from
    place_nights date[],                 -- nights (or the day of a visit) it takes a place on
    place_keys text[],                   -- counts it takes it in: 'total:', 'organization:x', …
    counts_arrival boolean NOT NULL,     -- an arrival by rule of its day (R-410)
    away_area_id text COLLATE "C",       -- a resident's home, freed on away_nights (R-504)
    away_nights date[],
    away_keys text[],
    answer json                          -- the decision for this stay; null once erased
);
-- The clearances of a trip.
CREATE INDEX clearance_trip ON clearance (trip_id);
-- An area's clearances by the end of their windows: the live ones are those not yet over.
CREATE INDEX clearance_area ON clearance (area_id, (coalesce(valid_to, 'infinity'::timestamptz)));
-- Queue, cursor and claim-next.
CREATE INDEX clearance_queue ON clearance (queue_area_id, queue_state, urgent_at, clearance_id)
WHERE queue_state IS NOT NULL;

-- Areas a decision read besides the clearance's own: near borders, crossings. Few rows.
CREATE TABLE clearance_reads (
    area_id text COLLATE "C" NOT NULL,
    clearance_id uuid NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (area_id, clearance_id)
);
CREATE INDEX clearance_reads_clearance ON clearance_reads (clearance_id);

-- Evidence and ledger ----------------------------------------------------------------------------

-- One row a decision: what it was given, byte for byte as the digest saw it, and the salt.
-- Erasing sets body and salt to null; the chain still verifies.
CREATE TABLE evidence (
    evidence_id uuid PRIMARY KEY,
    trip_id uuid,
    class text NOT NULL CHECK (class IN ('I', 'S', 'R')),
    salt bytea,
    body bytea,
    erased_at timestamptz,
    CONSTRAINT evidence_erased_whole CHECK ((body IS NULL) = (salt IS NULL))
);
-- lz4 costs a third of pglz's time; a server built without it keeps its default.
DO $$
BEGIN
    ALTER TABLE evidence ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE trip ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE clearance ALTER COLUMN answer SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END
$$;

-- Every move of every clearance, by position; ids and codes only. The ledger room seals later.
CREATE TABLE ledger_entry (
    clearance_id uuid NOT NULL,
    entry integer NOT NULL,              -- 1, 2, … within the clearance
    trip_id uuid NOT NULL,
    at timestamptz NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    capacity text NOT NULL,              -- rules, own, policy:<version>, delegation:<id>, …
    person_id uuid,                      -- who moved it; null: rules
    rules text[] NOT NULL,
    reasons text[] NOT NULL,
    world_version bigint NOT NULL,
    policy_version integer NOT NULL,
    advisory_version integer NOT NULL,
    ruleset_version text NOT NULL,
    evidence_id uuid,
    digest bytea,                        -- HMAC-SHA256(salt, evidence body); null without evidence
    position bigint,                     -- in the sealed chain; null until sealed
    PRIMARY KEY (clearance_id, entry)
);

-- Outbox and feed --------------------------------------------------------------------------------

-- One row a trip and commit, with all its events. Rows have no public order: the relay gives each
-- the feed's number of its last event. No primary key: an entry is in exactly one of the two
-- indexes, waiting or numbered.
CREATE TABLE outbox (
    outbox_id bigint GENERATED ALWAYS AS IDENTITY,
    trip_id uuid,
    change_no integer NOT NULL,
    written_at timestamptz NOT NULL,
    event_count integer NOT NULL CHECK (event_count > 0),
    events json NOT NULL,                -- array of events, in order
    feed_seq bigint
);
CREATE UNIQUE INDEX outbox_waiting ON outbox (outbox_id) WHERE feed_seq IS NULL;
CREATE UNIQUE INDEX outbox_feed ON outbox (feed_seq) WHERE feed_seq IS NOT NULL;

CREATE TABLE feed_head (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    last_seq bigint NOT NULL
);
INSERT INTO feed_head (last_seq) VALUES (0);

-- Places -----------------------------------------------------------------------------------------

-- Places taken on one night: binding (`committed`), asked for (`soft`), and residents of the area
-- who are away by a positive clearance elsewhere (R-504). No CHECK against negative numbers: it
-- would refuse the row proposed by an upsert that takes places away. The lane that reads the counts
-- refuses a negative one, and a test recounts them.
CREATE TABLE night_count (
    area_id text COLLATE "C" NOT NULL,
    night date NOT NULL,
    key_kind text COLLATE "C" NOT NULL CHECK (key_kind IN ('total', 'organization', 'category')),
    key text COLLATE "C" NOT NULL,       -- '' for the total
    committed integer NOT NULL DEFAULT 0,
    soft integer NOT NULL DEFAULT 0,
    away integer NOT NULL DEFAULT 0,
    PRIMARY KEY (area_id, night, key_kind, key)
);

-- Residents present in an area unless known away; kept by changes of people.
CREATE TABLE resident_count (
    area_id text COLLATE "C" NOT NULL,
    key_kind text COLLATE "C" NOT NULL CHECK (key_kind IN ('total', 'organization', 'category')),
    key text COLLATE "C" NOT NULL,
    residents integer NOT NULL CHECK (residents >= 0),
    PRIMARY KEY (area_id, key_kind, key)
);

-- Arrivals by rule in a local day (R-410).
CREATE TABLE arrival_count (
    area_id text COLLATE "C" NOT NULL,
    day date NOT NULL,
    arrivals integer NOT NULL DEFAULT 0,
    PRIMARY KEY (area_id, day)
);

-- Places taken on given nights, residents present included: the counts a decision reads.
CREATE FUNCTION night_places(areas text[], nights date[], kinds text[], keys text[])
RETURNS TABLE (
    area_id text, night date, key_kind text, key text, committed integer, residents integer
)
LANGUAGE sql STABLE
AS $$
SELECT
    a.area_id, a.night, a.key_kind, a.key,
    coalesce(n.committed, 0),
    greatest(coalesce(r.residents, 0) - coalesce(n.away, 0), 0)
FROM unnest(areas, nights, kinds, keys) AS a (area_id, night, key_kind, key)
LEFT JOIN night_count AS n
    ON n.area_id = a.area_id AND n.night = a.night
        AND n.key_kind = a.key_kind AND n.key = a.key
LEFT JOIN resident_count AS r
    ON r.area_id = a.area_id AND r.key_kind = a.key_kind AND r.key = a.key
$$;

-- Answers to repeat ------------------------------------------------------------------------------

-- One row a key for 24 hours (fine print, "Idempotency"). `key_hash` is SHA-256 over principal,
-- method, route and key: fixed length, and the key itself is nobody's business.
CREATE TABLE idempotency_key (
    key_hash bytea PRIMARY KEY,
    fingerprint bytea NOT NULL,          -- SHA-256 of the raw body
    trip_id uuid,                        -- the answer is erased with it
    status smallint NOT NULL,
    headers json NOT NULL,
    body bytea NOT NULL,
    claimed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
-- Rows come in the order of their time: the purge reads only old blocks.
CREATE INDEX idempotency_key_expiry ON idempotency_key USING brin (expires_at);
