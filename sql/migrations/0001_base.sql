-- What every room stands on: the clock, the marker of demonstration databases, and who is who.

-- The one clock. The service refuses to start where this body differs, unless it is in test mode:
-- the tests replace it in databases of their own to move time.
CREATE FUNCTION sc_now() RETURNS timestamptz
LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$SELECT clock_timestamp()$$;

-- What a database was made for. `demonstration` is written by `safeconduct demo` alone and permits
-- development mode.
CREATE TABLE database_marker (
    name text PRIMARY KEY,
    made_at timestamptz NOT NULL DEFAULT sc_now()
);

-- Machine clients: an ERP, a learning system, a feed of alerts.
CREATE TABLE client (
    client_id uuid PRIMARY KEY,
    name text NOT NULL,
    organization_id text,
    created_at timestamptz NOT NULL DEFAULT sc_now()
);

-- Whom a token means: its issuer and subject name one person or one client. The row's own id is
-- the principal: idempotency keys, rates and the log refer to it.
CREATE TABLE person_identity (
    identity_id uuid PRIMARY KEY,
    issuer text NOT NULL,
    subject text NOT NULL,
    person_id uuid,
    client_id uuid REFERENCES client,
    created_at timestamptz NOT NULL DEFAULT sc_now(),
    disabled_at timestamptz,
    CONSTRAINT person_identity_subject_key UNIQUE (issuer, subject),
    CONSTRAINT person_identity_one_holder CHECK (num_nonnulls(person_id, client_id) = 1)
);
CREATE INDEX person_identity_person ON person_identity (person_id);

-- Roles in writing, with dates. In force only once a second entitled person has confirmed it;
-- never for oneself (fine print, "Appointments, imports, certificates").
CREATE TABLE appointment (
    appointment_id uuid PRIMARY KEY,
    person_id uuid,
    client_id uuid REFERENCES client,
    role text NOT NULL CHECK (
        role IN (
            'travel_focal_point', 'erp_client', 'area_security_coordinator', 'security_adviser',
            'designated_official', 'usg', 'auditor', 'administrator', 'executive_head',
            'air_focal_point', 'warden', 'learning_system', 'alert_feed'
        )
    ),
    area_ids text[] NOT NULL DEFAULT '{}',
    countries text[] NOT NULL DEFAULT '{}',
    organization_id text,
    ad_interim boolean NOT NULL DEFAULT false,
    letter_ref text NOT NULL,
    recorded_by uuid,
    recorded_at timestamptz NOT NULL DEFAULT sc_now(),
    confirmed_by uuid,
    confirmed_at timestamptz,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by uuid,
    CONSTRAINT appointment_one_holder CHECK (num_nonnulls(person_id, client_id) = 1),
    CONSTRAINT appointment_window CHECK (valid_from < valid_to),
    CONSTRAINT appointment_second_person CHECK (
        confirmed_by IS NULL
        OR (confirmed_by <> recorded_by AND confirmed_by IS DISTINCT FROM person_id)
    ),
    CONSTRAINT appointment_confirmation_whole CHECK (
        num_nonnulls(confirmed_by, confirmed_at) IN (0, 2)
    )
);
CREATE INDEX appointment_person ON appointment (person_id);
CREATE INDEX appointment_client ON appointment (client_id);

-- Raised by every change that a replica must hear of; replicas poll this one row. A new identity
-- does not raise it: what is unknown is never remembered.
CREATE TABLE authority_version (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    version bigint NOT NULL
);
INSERT INTO authority_version (version) VALUES (1);

CREATE FUNCTION raise_authority_version() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE authority_version SET version = version + 1;
    RETURN NULL;
END
$$;

CREATE TRIGGER appointment_raises_authority
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON appointment
FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();

CREATE TRIGGER person_identity_raises_authority
AFTER UPDATE OR DELETE OR TRUNCATE ON person_identity
FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();

CREATE TRIGGER client_raises_authority
AFTER UPDATE OR DELETE OR TRUNCATE ON client
FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();
