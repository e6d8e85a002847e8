-- Webhooks: who is told of events at which address, and how far they have been told. The relay
-- room alone writes these tables.

-- A secret lies here as it is, for it signs every delivery. What it guards is that nobody else can
-- speak in this service's name; whoever reads this table could.
CREATE TABLE webhook (
    webhook_id uuid PRIMARY KEY,
    identity_id uuid NOT NULL,           -- its owner, whose sight is applied to every delivery
    url text NOT NULL,
    description text,
    kinds text[] NOT NULL,               -- kinds of events it asks for; empty for all
    secret bytea NOT NULL,
    secret_of bytea NOT NULL,            -- the request that made it: its repetition shows it
    old_secret bytea,                    -- signs too until then
    old_secret_until timestamptz,
    state text NOT NULL CHECK (state IN ('active', 'disabled')),
    disabled_reason text CHECK (disabled_reason IN ('failing', 'gone', 'not_permitted')),
    disabled_at timestamptz,
    created_at timestamptz NOT NULL,
    revision bigint NOT NULL,            -- raised by what its owner changes, and by disabling
    position bigint NOT NULL,            -- events of the feed up to here are in webhook_delivery
    failing_since timestamptz,           -- the first failure since the last success
    delivered_at timestamptz,            -- the last success
    resume_at timestamptz NOT NULL,      -- nothing is sent before
    holder uuid,                         -- who delivers now
    leased_until timestamptz NOT NULL,
    CONSTRAINT webhook_disabled_whole CHECK (
        (state = 'disabled') = (disabled_reason IS NOT NULL)
        AND (state = 'disabled') = (disabled_at IS NOT NULL)
    ),
    CONSTRAINT webhook_old_secret_whole CHECK (
        (old_secret IS NULL) = (old_secret_until IS NULL)
    )
);
-- The webhooks of an owner.
CREATE INDEX webhook_identity ON webhook (identity_id, webhook_id);

-- One row an event and webhook, from when it is due until it is forgotten. Rows that share an
-- order key (a trip) are delivered in the order of the feed.
CREATE TABLE webhook_delivery (
    webhook_id uuid NOT NULL REFERENCES webhook ON DELETE CASCADE,
    feed_seq bigint NOT NULL,
    event_id uuid NOT NULL,
    kind text NOT NULL,
    order_key text COLLATE "C" NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead', 'withheld')),
    tries integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    tried_at timestamptz,
    status smallint,                     -- of the last answer; null where none came
    fault text,                          -- why the last try was in vain
    PRIMARY KEY (webhook_id, feed_seq)
);
-- What is not settled: the next to deliver, what stands in its way, dead letters.
CREATE INDEX webhook_delivery_open ON webhook_delivery (webhook_id, state, order_key, feed_seq)
WHERE state IN ('waiting', 'dead');
-- What may be forgotten.
CREATE INDEX webhook_delivery_settled ON webhook_delivery (tried_at)
WHERE state IN ('delivered', 'withheld', 'dead');

-- Requests that changed a webhook, for a day: a repetition has no second effect. The answer is
-- made anew rather than kept, for it may hold a secret.
CREATE TABLE webhook_request (
    key_hash bytea PRIMARY KEY,          -- SHA-256 over principal, method, route and key
    fingerprint bytea NOT NULL,          -- SHA-256 of the raw body
    webhook_id uuid NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX webhook_request_age ON webhook_request USING brin (made_at);
