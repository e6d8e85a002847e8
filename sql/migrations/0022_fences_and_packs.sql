-- Fences whose time is over and that no live stay can meet any more leave the loaded world; their
-- rows stay on record.
ALTER TABLE fence ADD COLUMN forgotten_at timestamptz;
CREATE INDEX fence_past ON fence (valid_until)
WHERE removed_at IS NULL AND forgotten_at IS NULL AND valid_until IS NOT NULL;

-- When somebody looked for them last: one look in an hour, by whichever replica comes first.
CREATE TABLE fence_sweep (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    swept_at timestamptz NOT NULL
);
INSERT INTO fence_sweep (swept_at) VALUES ('-infinity');

-- Areas that a fence has ever touched: who keeps an older pack of one hears that it is gone.
ALTER TABLE fence ADD COLUMN once_in text[] NOT NULL DEFAULT '{}';

-- The version that brought the imported data: a pack of an older world is made anew as a whole.
ALTER TABLE world_state ADD COLUMN data_version bigint NOT NULL DEFAULT 0;
UPDATE world_state SET data_version = version WHERE imported_at IS NOT NULL;

-- What packs for phones are signed with: Ed25519, made by the first replica that needs it. It lies
-- here as the secrets of webhooks do; the public half is served to everybody.
CREATE TABLE pack_key (
    key_id text PRIMARY KEY,
    pkcs8 bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT sc_now(),
    singleton boolean NOT NULL DEFAULT true UNIQUE CHECK (singleton)
);
