-- Advisories (domain.md c.17, d.11): what people are told of an area, in versions that never
-- change. What follows from the area's policy is in none of them: it is generated from the policy
-- in force.

-- Published versions, every one for ever. `texts` is an array: language, classification and parts.
CREATE TABLE advisory (
    advisory_id uuid PRIMARY KEY,
    area_id text COLLATE "C" NOT NULL REFERENCES area,
    version integer NOT NULL CHECK (version > 0),
    supersedes integer CHECK (supersedes < version),
    default_language text NOT NULL CHECK (default_language IN ('en', 'fr', 'es', 'ar', 'ru', 'zh')),
    change_summary text NOT NULL,
    texts jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'array'),
    drafted_by uuid NOT NULL,
    published_by uuid NOT NULL,
    appointment_id uuid NOT NULL,        -- by which power it was published
    published_at timestamptz NOT NULL,
    UNIQUE (area_id, version)
);
CREATE INDEX advisory_published ON advisory (published_at, advisory_id);

-- The draft of an area's next version, one at most. `based_on` is the version it was written over.
CREATE TABLE advisory_draft (
    area_id text COLLATE "C" PRIMARY KEY REFERENCES area,
    revision integer NOT NULL CHECK (revision > 0),
    based_on integer NOT NULL,
    default_language text NOT NULL CHECK (default_language IN ('en', 'fr', 'es', 'ar', 'ru', 'zh')),
    change_summary text NOT NULL,
    texts jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'array'),
    saved_by uuid NOT NULL,
    saved_at timestamptz NOT NULL
);

-- Which version was shown for a clearance, and when it was read (R-1703). The first reading of a
-- version stands.
CREATE TABLE advisory_reading (
    clearance_id uuid NOT NULL,
    version integer NOT NULL,
    area_id text COLLATE "C" NOT NULL,
    language text NOT NULL,
    read_by uuid NOT NULL,
    read_at timestamptz NOT NULL,
    key_hash bytea NOT NULL UNIQUE,
    fingerprint bytea NOT NULL,
    PRIMARY KEY (clearance_id, version)
);

-- The current one, and the version of the world that brought it: replicas take the row over though
-- its revision stays, for no decision depends on an advisory.
ALTER TABLE area_state
ADD COLUMN advisory_id uuid REFERENCES advisory,
ADD COLUMN advisory_changed bigint NOT NULL DEFAULT 0;
CREATE INDEX area_state_advisory ON area_state (advisory_changed);
