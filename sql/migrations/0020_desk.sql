-- What the desk owes afterwards: obligations that are met, calendars with a version.

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
