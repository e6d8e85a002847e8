-- Alerts of others (the Common Alerting Protocol): what came, what was made of it, and from where
-- it is fetched. Nothing that came vanishes: every message is a row, whatever is wrong with it.

-- Feeds that an official has put on the list. Only what comes through one may have an effect
-- without a person, and only in the feed's own land.
CREATE TABLE alert_feed (
    feed_id uuid PRIMARY KEY,
    name text NOT NULL,
    url text,                            -- fetched from there
    client_id uuid REFERENCES client,    -- or sent by this machine
    countries text[] NOT NULL DEFAULT '{}',
    area_ids text[] NOT NULL DEFAULT '{}',
    senders text[] NOT NULL DEFAULT '{}', -- whose messages it carries; empty for anybody's
    apply_from text CHECK (apply_from IN ('minor', 'moderate', 'severe', 'extreme')),
    apply_effect text NOT NULL DEFAULT 'manual' CHECK (apply_effect IN ('condition', 'manual')),
    fingerprint bytea NOT NULL,          -- of the request that made it
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT sc_now(),
    removed_by uuid,
    removed_at timestamptz,
    etag text,                           -- what the last answer called itself
    last_modified text,
    next_poll_at timestamptz NOT NULL DEFAULT '-infinity',
    polled_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    fault text,                          -- why the last fetch was in vain
    CONSTRAINT alert_feed_way CHECK (num_nonnulls(url, client_id) = 1),
    CONSTRAINT alert_feed_land CHECK (cardinality(countries) + cardinality(area_ids) > 0)
);
CREATE INDEX alert_feed_due ON alert_feed (next_poll_at)
WHERE url IS NOT NULL AND removed_at IS NULL;
CREATE INDEX alert_feed_client ON alert_feed (client_id) WHERE removed_at IS NULL;

-- Entries of fetched feeds that were read: each is read once.
CREATE TABLE alert_feed_item (
    feed_id uuid NOT NULL REFERENCES alert_feed,
    item text NOT NULL,
    read_at timestamptz NOT NULL DEFAULT sc_now(),
    PRIMARY KEY (feed_id, item)
);
CREATE INDEX alert_feed_item_age ON alert_feed_item (read_at);

-- Who works through what came and what is due: one at a time. Taken in is under its lock too, so
-- that a message and one that speaks of it cannot miss each other.
CREATE TABLE alert_desk (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    holder uuid,
    leased_until timestamptz NOT NULL
);
INSERT INTO alert_desk (leased_until) VALUES ('-infinity');

CREATE TABLE alert (
    alert_id uuid PRIMARY KEY,
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE, -- order of arrival
    state text NOT NULL CHECK (
        state IN ('accepted', 'repaired', 'quarantined', 'duplicate', 'no_effect')
    ),
    remarks jsonb NOT NULL,              -- what is wrong or odd: [{code, detail}]
    sender text,
    identifier text,
    sent timestamptz,
    key text COLLATE "C",                -- sender, identifier and time in one
    status text,
    kind text,
    scope text,
    reference_keys text[] NOT NULL DEFAULT '{}',
    waits boolean NOT NULL DEFAULT false, -- for a message it speaks of
    body jsonb,                          -- what was understood
    area_ids text[] NOT NULL DEFAULT '{}',
    expires_at timestamptz,
    duplicate_of uuid REFERENCES alert,
    feed_id uuid REFERENCES alert_feed,
    received_from uuid,                  -- the identity that sent it; null where it was fetched
    received_at timestamptz NOT NULL DEFAULT sc_now(),
    digest bytea NOT NULL,               -- SHA-256 of the bytes as they came
    raw bytea                            -- null where a duplicate has the same bytes
);
ALTER TABLE alert ALTER COLUMN raw SET STORAGE EXTENDED;
-- A message is known by its key; repetitions are rows of their own.
CREATE UNIQUE INDEX alert_key ON alert (key) WHERE state <> 'duplicate';
CREATE INDEX alert_references ON alert USING gin (reference_keys);

-- What an alert proposes: a fence, an advisory, or that a fence it made is taken away.
CREATE TABLE alert_proposal (
    proposal_id uuid PRIMARY KEY,
    alert_id uuid NOT NULL REFERENCES alert,
    number integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('fence', 'advisory', 'lift')),
    -- open: a person decides; due: the service does, and only tightens or takes away its own
    state text NOT NULL CHECK (
        state IN ('open', 'due', 'confirmed', 'applied', 'dismissed', 'withdrawn', 'expired')
    ),
    as_received boolean NOT NULL,        -- nothing about the place had to be repaired
    area_ids text[] NOT NULL,
    shape bytea,
    name text NOT NULL,
    fence_kind text,
    effect text,
    severity text NOT NULL,
    valid_from timestamptz,
    valid_until timestamptz,
    texts jsonb NOT NULL,                -- by language
    fence_id uuid,                       -- the fence made of it, or the one to take away
    lifted_at timestamptz,               -- when that was taken away again
    decided_by uuid,
    decided_at timestamptz,
    reason text,
    CONSTRAINT alert_proposal_fence CHECK (
        kind <> 'fence' OR num_nonnulls(shape, fence_kind, effect) = 3
    ),
    CONSTRAINT alert_proposal_lift CHECK (kind <> 'lift' OR fence_id IS NOT NULL)
);
ALTER TABLE alert_proposal ALTER COLUMN shape SET STORAGE EXTERNAL;
CREATE INDEX alert_proposal_alert ON alert_proposal (alert_id, number);
CREATE INDEX alert_proposal_due ON alert_proposal (proposal_id) WHERE state = 'due';
CREATE INDEX alert_proposal_open ON alert_proposal (valid_until) WHERE state = 'open';
