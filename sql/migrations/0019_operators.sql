-- Air operators: advice of each organization for its own people, and its permissions to use them
-- all the same (domain.md c.7, d.18). Keyed by ICAO or IATA code, without a link to any directory
-- of airlines. An organization that has no row here keeps no list and is asked nothing.
CREATE TABLE operator_advice (
    organization_id text NOT NULL REFERENCES organization,
    code text COLLATE "C" NOT NULL CHECK (code ~ '^([A-Z0-9]{2}|[A-Z]{3})$'),
    standing text NOT NULL CHECK (
        standing IN ('suitable', 'conditional', 'not_recommended', 'unknown')
    ),
    valid_to date,                       -- the last day; after it the operator is unknown again
    aoc_state text CHECK (aoc_state ~ '^[A-Z]{2}$'), -- whose air operator certificate it holds
    basis text CHECK (basis IN ('icao_audit', 'iosa', 'bars', 'own')),
    note text,
    revision integer NOT NULL DEFAULT 1,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT sc_now(),
    PRIMARY KEY (organization_id, code)
);

-- Every version of the advice, for those who ask later why.
CREATE TABLE operator_advice_history (
    organization_id text NOT NULL,
    code text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    standing text NOT NULL,
    valid_to date,
    aoc_state text,
    basis text,
    note text,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, code, revision)
);

-- Permissions: for one trip, or for everybody of the organization for a time.
CREATE TABLE operator_authorization (
    authorization_id uuid PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    code text COLLATE "C" NOT NULL CHECK (code ~ '^([A-Z0-9]{2}|[A-Z]{3})$'),
    kind text NOT NULL CHECK (kind IN ('ad_hoc', 'blanket')),
    trip_id uuid,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    reason text NOT NULL,
    fingerprint bytea NOT NULL,
    given_by uuid NOT NULL,
    given_at timestamptz NOT NULL DEFAULT sc_now(),
    CONSTRAINT operator_authorization_for CHECK ((kind = 'ad_hoc') = (trip_id IS NOT NULL)),
    CONSTRAINT operator_authorization_days CHECK (valid_from <= valid_to)
);
CREATE INDEX operator_authorization_of ON operator_authorization (organization_id, code, valid_to);
