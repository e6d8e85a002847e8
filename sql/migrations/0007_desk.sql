-- The desk: who holds which item of a queue, what approvals oblige to, which courses were waived.

-- Leases on items. A lease lasts until its time or until the clearance moves, whichever comes
-- first: `entries` are the clearance's moves when it was taken, so that nothing that moves a
-- clearance has to know of leases. Taken under a lock on the clearance's row, as decisions are.
CREATE TABLE desk_lease (
    clearance_id uuid PRIMARY KEY,
    entries integer NOT NULL,
    holder_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL,
    leased_until timestamptz NOT NULL,
    CONSTRAINT desk_lease_window CHECK (claimed_at < leased_until)
);
-- What somebody holds.
CREATE INDEX desk_lease_holder ON desk_lease (holder_id);

-- What somebody owes for an approval to hold. Those of the newest approval count.
CREATE TABLE obligation (
    obligation_id uuid PRIMARY KEY,
    clearance_id uuid NOT NULL,
    entry integer NOT NULL,              -- the approval it came with, in the ledger
    code text NOT NULL,
    owner text NOT NULL CHECK (owner IN ('traveller', 'organization', 'area_office')),
    due_at timestamptz,
    text text,                           -- for the owner, class I; null once erased
    evidence text,                       -- what will prove it; null once erased
    done_at timestamptz,
    done_by uuid,
    proof text,                          -- what has proved it; null once erased
    CONSTRAINT obligation_done_whole CHECK (num_nonnulls(done_at, done_by) IN (0, 2))
);
CREATE INDEX obligation_clearance ON obligation (clearance_id, entry);

-- Missing courses that the designated official has waived for one stay (R-303).
CREATE TABLE course_waiver (
    clearance_id uuid NOT NULL,
    course text NOT NULL,
    waived_at timestamptz NOT NULL,
    waived_by uuid NOT NULL,
    capacity text NOT NULL,
    evidence_id uuid,                    -- the words; erasable
    PRIMARY KEY (clearance_id, course)
);
