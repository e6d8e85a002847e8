-- Deciding live clearances again, as batches (domain.md c.11): dry counts before anything moves,
-- progress, and what was done, in one form; a batch that was interrupted goes on where it was.

ALTER TABLE redecision DROP CONSTRAINT redecision_cause_check;
ALTER TABLE redecision ADD CONSTRAINT redecision_cause_check CHECK (
    cause IN (
        'suspended', 'closed', 'reopened', 'policy', 'level', 'band', 'fence', 'person',
        'certificate', 'deactivated', 'announced', 'place'
    )
);

-- Rows of one change are one batch: the first of them leads it, the others name it.
ALTER TABLE redecision
ADD COLUMN leader_id uuid,
ADD COLUMN policy_version integer,        -- of a policy that is announced and not in force yet
ADD COLUMN began_at timestamptz,
ADD COLUMN listed_at timestamptz,         -- the clearances it touches are known
ADD COLUMN decided_at timestamptz,        -- and what becomes of each: the dry counts
ADD COLUMN foreseen text,                 -- JSON, byte for byte as a preview answers
ADD COLUMN applied text;                  -- the same, of what was done; null until it is settled
CREATE INDEX redecision_requested ON redecision (requested_at, redecision_id)
WHERE leader_id IS NULL AND cause <> 'place';
CREATE INDEX redecision_led ON redecision (leader_id) WHERE leader_id IS NOT NULL;

-- What became of clearances, in the transaction that moved them: rows are only added, so that two
-- writers of one batch never wait for each other.
CREATE TABLE redecision_tally (
    redecision_id uuid NOT NULL,
    organization_id text COLLATE "C" NOT NULL,
    became text COLLATE "C" NOT NULL,
    role text COLLATE "C",                -- whose word is needed, of what enters a queue
    queue_area_id text COLLATE "C",       -- whose queue; null for headquarters
    clearances bigint NOT NULL
);
CREATE INDEX redecision_tally_batch ON redecision_tally (redecision_id);

-- Near departures that stand, for the official.
CREATE TABLE redecision_near (
    redecision_id uuid NOT NULL,
    clearance_id uuid NOT NULL,
    PRIMARY KEY (redecision_id, clearance_id)
);

-- The batch that looked at it last: no batch looks twice, or tells anybody twice.
ALTER TABLE clearance ADD COLUMN redecision_id uuid;
-- The batch that moved it; null for every other move.
ALTER TABLE ledger_entry ADD COLUMN redecision_id uuid;
