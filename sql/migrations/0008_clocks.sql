-- Where people are reported to be, and the clocks over what waits (domain.md b.3, c.9, c.10).

-- What was reported of a stay: that the traveller is there, was briefed, has left, or never came.
-- One row a clearance, written by the record room in the transaction of what follows from it.
-- Places are personal data and erasable.
CREATE TABLE stay_presence (
    clearance_id uuid PRIMARY KEY,
    arrived_at timestamptz,
    arrived_by uuid,                     -- null: a machine
    arrived_place text,
    briefed_at timestamptz,
    briefed_by uuid,
    departed_at timestamptz,
    departed_by uuid,
    departed_place text,
    no_show_at timestamptz,
    no_show_by uuid,
    CONSTRAINT stay_presence_something CHECK (
        num_nonnulls(arrived_at, briefed_at, departed_at, no_show_at) > 0
    )
);

-- When the traveller of a stay was first there, across the versions of the stay: an amendment gives
-- a stay a new clearance, and whoever was there before it still is.
CREATE FUNCTION arrival_of(
    own uuid, of_trip uuid, of_person uuid, of_area text, first_day date, last_day date
) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
SELECT coalesce(
    (SELECT p.arrived_at FROM stay_presence AS p WHERE p.clearance_id = own),
    (
        SELECT min(p.arrived_at)
        FROM clearance AS c
        INNER JOIN stay_presence AS p ON p.clearance_id = c.clearance_id
        WHERE c.trip_id = of_trip AND c.person_id = of_person AND c.state = 'superseded'
            AND c.area_id = of_area AND c.arrive <= coalesce(last_day, 'infinity')
            AND coalesce(c.depart, 'infinity') >= first_day
    )
)
$$;

-- Whether the area asks for the arrival to be confirmed (R-407): then silence after it is a no-show
-- (R-1005). Nobody is asked elsewhere, so nobody is missed there.
ALTER TABLE clearance ADD COLUMN confirms_arrival boolean NOT NULL DEFAULT false;
-- Arrivals that should have been confirmed; on columns that no move touches.
CREATE INDEX clearance_arrival ON clearance (arrive_at) WHERE confirms_arrival;

-- What waits for somebody: one row for each clearance that is undecided or was sent back, with the
-- time at which its clocks are looked at next. Kept by the triggers below, so that no writer can
-- forget it; the loop only moves `next_at`. The other columns serve the figures of the queues.
CREATE TABLE clearance_clock (
    clearance_id uuid PRIMARY KEY,
    entry integer NOT NULL,              -- the ledger entry since which it waits
    next_at timestamptz NOT NULL,
    waits_for_decision boolean NOT NULL, -- false: sent back, waits for the requester
    queue_area_id text COLLATE "C",
    submitted_at timestamptz NOT NULL,
    departs_at timestamptz NOT NULL,
    due_by timestamptz
);
CREATE INDEX clearance_clock_next ON clearance_clock (next_at);

CREATE FUNCTION keep_clearance_clock() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.queue_state IS NULL AND NEW.state <> 'returned' THEN
        DELETE FROM clearance_clock WHERE clearance_id = NEW.clearance_id;
        RETURN NULL;
    END IF;
    INSERT INTO clearance_clock AS k (
        clearance_id, entry, next_at, waits_for_decision, queue_area_id, submitted_at, departs_at,
        due_by
    )
    SELECT
        NEW.clearance_id, NEW.entries, NEW.moved_at, NEW.queue_state IS NOT NULL,
        NEW.queue_area_id, NEW.submitted_at, coalesce(
            (SELECT t.starts_at FROM trip AS t WHERE t.trip_id = NEW.trip_id), NEW.arrive_at
        ),
        NEW.due_by
    ON CONFLICT (clearance_id) DO UPDATE SET
        entry = excluded.entry, next_at = excluded.next_at,
        waits_for_decision = excluded.waits_for_decision,
        queue_area_id = excluded.queue_area_id, due_by = excluded.due_by;
    RETURN NULL;
END
$$;

CREATE TRIGGER clearance_begins_to_wait
AFTER INSERT ON clearance
FOR EACH ROW
WHEN (NEW.queue_state IS NOT NULL OR NEW.state = 'returned')
EXECUTE FUNCTION keep_clearance_clock();

CREATE TRIGGER clearance_waits_or_not
AFTER UPDATE OF state ON clearance
FOR EACH ROW
WHEN (
    OLD.queue_state IS NOT NULL OR OLD.state = 'returned'
    OR NEW.queue_state IS NOT NULL OR NEW.state = 'returned'
)
EXECUTE FUNCTION keep_clearance_clock();

INSERT INTO clearance_clock (
    clearance_id, entry, next_at, waits_for_decision, queue_area_id, submitted_at, departs_at,
    due_by
)
SELECT
    c.clearance_id, c.entries, c.moved_at, c.queue_state IS NOT NULL, c.queue_area_id,
    c.submitted_at, t.starts_at, c.due_by
FROM clearance AS c
INNER JOIN trip AS t ON t.trip_id = c.trip_id
WHERE c.queue_state IS NOT NULL OR c.state = 'returned';

-- Which clock rang over which clearance, when, and for whom: each once in a round. Written by the
-- record room with the event that tells it.
CREATE TABLE clock_notice (
    clearance_id uuid NOT NULL,
    clock text COLLATE "C" NOT NULL CHECK (
        clock IN (
            'reminder', 'adviser', 'official', 'centre', 'not_cleared', 'overdue_arrival'
        )
    ),
    round integer NOT NULL,              -- the ledger entry since which it waited; 0: rings once
    trip_id uuid NOT NULL,
    area_id text COLLATE "C",
    rang_at timestamptz NOT NULL,
    roles text[] NOT NULL,
    persons uuid[] NOT NULL,
    PRIMARY KEY (clearance_id, clock, round)
);

-- The roles that the clocks have brought a clearance to, beside the one that the policy names.
CREATE FUNCTION roles_reached(of_clearance uuid) RETURNS text[]
LANGUAGE sql STABLE
AS $$
SELECT coalesce(array_agg(DISTINCT r.role), '{}')
FROM clock_notice AS n
CROSS JOIN LATERAL unnest(n.roles) AS r (role)
WHERE n.clearance_id = of_clearance AND n.clock IN ('reminder', 'adviser', 'official', 'centre')
    AND r.role IN (
        'area_security_coordinator', 'security_adviser', 'designated_official', 'usg'
    )
$$;

-- Who minds the clocks: one replica at a time. `windows_until` says up to when every window that
-- ended has been closed, so that a look does not go through the whole past.
CREATE TABLE clock_minding (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    holder uuid,
    leased_until timestamptz NOT NULL,
    windows_until timestamptz NOT NULL
);
INSERT INTO clock_minding (leased_until, windows_until) VALUES ('-infinity', '-infinity');
