-- What a trip goes through after submission (domain.md b.4): its earlier versions, clearances that
-- stand in for their successors, windows adjusted within what was granted; and who sits on which
-- flight (R-703).

-- A version that was replaced. `body` and `notes` are personal data as those of the trip are: null
-- once erased. `changes` holds ids, rules and words for what became of each clearance.
CREATE TABLE trip_version (
    trip_id uuid NOT NULL,
    version integer NOT NULL,
    body json,
    notes json,
    world_version bigint NOT NULL,
    ruleset_version text NOT NULL,
    evidence_id uuid,
    replaced_at timestamptz NOT NULL,
    replaced_by uuid,                    -- the person who amended; null for a machine
    changes json NOT NULL,               -- what the version after it did to each clearance
    PRIMARY KEY (trip_id, version)
);

-- While `successor_id` is set, the clearance stands in for one that is not decided yet: it stays
-- positive, for travel within its own window, until that one is. It is superseded by the statement
-- that moves the successor to a decided state.
-- `granted_*` is the window that was decided, once an amendment has moved the stay within it; null
-- before. However often a stay is moved, it never leaves that window without a new decision.
ALTER TABLE clearance
ADD COLUMN successor_id uuid,
ADD COLUMN granted_from timestamptz,
ADD COLUMN granted_to timestamptz;

CREATE INDEX clearance_successor ON clearance (successor_id) WHERE successor_id IS NOT NULL;

-- People of an organization on a flight, one row a trip (R-703). The key is all there is: rows of
-- trips that are over are left out by the reader.
CREATE TABLE trip_flight (
    flight text COLLATE "C" NOT NULL,    -- carrier and number: 'ET308'
    day date NOT NULL,                   -- local day of departure
    organization_id text COLLATE "C" NOT NULL,
    trip_id uuid NOT NULL,
    people integer NOT NULL CHECK (people > 0),
    PRIMARY KEY (flight, day, organization_id, trip_id)
);
