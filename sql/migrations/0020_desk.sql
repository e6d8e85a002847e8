-- What the desk owes afterwards: obligations that are met, calendars with a version, leases that
-- are told of, suspensions that nobody confirms.

-- Obligations of a clearance are numbered over all its approvals, so that a number names one for
-- ever. Who met one is null where a machine said so.
ALTER TABLE obligation ADD COLUMN number integer;
UPDATE obligation AS o
SET number = n.number
FROM (
    SELECT
        b.obligation_id,
        row_number() OVER (PARTITION BY b.clearance_id ORDER BY b.entry, b.obligation_id) AS number
    FROM obligation AS b
) AS n
WHERE n.obligation_id = o.obligation_id;
ALTER TABLE obligation ALTER COLUMN number SET NOT NULL;
ALTER TABLE obligation ADD CONSTRAINT obligation_number UNIQUE (clearance_id, number);
ALTER TABLE obligation DROP CONSTRAINT obligation_done_whole;
ALTER TABLE obligation ADD CONSTRAINT obligation_done_whole CHECK (
    done_at IS NOT NULL OR num_nonnulls(done_by, proof) = 0
);
-- What is overdue.
CREATE INDEX obligation_due ON obligation (due_at) WHERE done_at IS NULL;

-- The obligations that count: those of the newest approval. A clearance that came back from a
-- suspension, or stood in a new version of its trip, was not approved anew.
CREATE VIEW obligation_in_force AS
SELECT o.*
FROM obligation AS o
WHERE o.entry = (
    SELECT max(l.entry)
    FROM ledger_entry AS l
    WHERE l.clearance_id = o.clearance_id AND l.to_state = 'approved'
        AND l.from_state NOT IN ('approved', 'suspended')
);

-- Changes of an area's own calendar, for conditional requests; what it says is in `working_week`
-- and `holiday`.
CREATE TABLE area_calendar (
    area_id text COLLATE "C" PRIMARY KEY REFERENCES area,
    version integer NOT NULL CHECK (version > 0),
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT sc_now()
);

-- Whoever watches a queue sees who holds what: every lease that begins, is prolonged or ends is
-- told at its commit, to every replica. Nothing is kept of it: what is held now stands in
-- `desk_lease`.
CREATE FUNCTION tell_of_lease() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    lease desk_lease := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM pg_notify(
        'desk_lease',
        json_build_object(
            'change', CASE WHEN TG_OP = 'DELETE' THEN 'released' ELSE 'held' END,
            'clearance_id', c.clearance_id, 'trip_id', c.trip_id, 'area_id', c.queue_area_id,
            'holder', lease.holder_id, 'since', lease.claimed_at, 'until', lease.leased_until
        )::text
    )
    FROM clearance AS c
    WHERE c.clearance_id = lease.clearance_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER desk_lease_is_told
AFTER INSERT OR UPDATE OR DELETE ON desk_lease
FOR EACH ROW EXECUTE FUNCTION tell_of_lease();

-- An emergency suspension that no official has confirmed within a day stays, and is marked so since
-- then; only a person ends it.
ALTER TABLE area_state ADD COLUMN unconfirmed_since timestamptz;
CREATE INDEX area_state_suspended ON area_state (area_id) WHERE status <> 'open';

-- To whom an unconfirmed suspension was passed up, each step once.
CREATE TABLE suspension_notice (
    area_id text COLLATE "C" NOT NULL REFERENCES area,
    suspended_at timestamptz NOT NULL,
    step text NOT NULL CHECK (step IN ('official', 'centre')),
    told_at timestamptz NOT NULL,
    roles text [] NOT NULL,
    persons uuid [] NOT NULL,
    PRIMARY KEY (area_id, suspended_at, step)
);

-- Heads of organizations who were reminded that a mission request waits for their answer: once for
-- each day that it waits.
CREATE TABLE consent_reminder (
    mscr_id uuid NOT NULL REFERENCES mscr,
    organization_id text COLLATE "C" NOT NULL,
    round integer NOT NULL,              -- days that it has waited
    told_at timestamptz NOT NULL,
    persons uuid [] NOT NULL,
    PRIMARY KEY (mscr_id, organization_id, round)
);

-- Who watches over suspensions: one replica at a time.
CREATE TABLE status_watching (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    holder uuid,
    leased_until timestamptz NOT NULL
);
INSERT INTO status_watching (leased_until) VALUES ('-infinity');
