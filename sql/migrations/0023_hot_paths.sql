-- The paths that every check and every submission takes: what a decision reads of a person stands
-- in one row, what a submission writes comes as whole rows.

-- What a decision reads ---------------------------------------------------------------------------

-- Kept in the person's row by whatever writes the rows that hang on it: whether anybody can be
-- reached, whether there is next of kin, and the certificates. It was four look-ups and four sorts
-- for every traveller.
ALTER TABLE person
ADD COLUMN reachable boolean NOT NULL DEFAULT false,
ADD COLUMN next_of_kin boolean NOT NULL DEFAULT false,
-- [[course, completed on, expires on or null, state], …] by course and day
ADD COLUMN certificates json NOT NULL DEFAULT '[]';

-- What the rows that hang on people say of them now.
CREATE FUNCTION keep_contacts() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE person AS p
    SET reachable = now.reachable
    FROM (
        SELECT
            c.person_id,
            EXISTS (SELECT FROM person_contact AS k WHERE k.person_id = c.person_id) AS reachable
        FROM (SELECT DISTINCT person_id FROM changed) AS c
    ) AS now
    WHERE p.person_id = now.person_id AND p.reachable <> now.reachable;
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_kin() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE person AS p
    SET next_of_kin = now.next_of_kin
    FROM (
        SELECT
            c.person_id,
            EXISTS (SELECT FROM emergency_contact AS k WHERE k.person_id = c.person_id)
                AS next_of_kin
        FROM (SELECT DISTINCT person_id FROM changed) AS c
    ) AS now
    WHERE p.person_id = now.person_id AND p.next_of_kin <> now.next_of_kin;
    RETURN NULL;
END
$$;

CREATE FUNCTION certificates_of(person uuid) RETURNS json
LANGUAGE sql STABLE
AS $$
SELECT coalesce(
    json_agg(
        json_build_array(c.course, c.completed_on, c.expires_on, c.state)
        ORDER BY c.course, c.completed_on
    ), '[]'
)
FROM certificate AS c
WHERE c.person_id = person
$$;

CREATE FUNCTION keep_certificates() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE person AS p
    SET certificates = certificates_of(p.person_id)
    FROM (SELECT DISTINCT person_id FROM changed) AS c
    WHERE p.person_id = c.person_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER contacts_come AFTER INSERT ON person_contact
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_contacts();
CREATE TRIGGER contacts_go AFTER DELETE ON person_contact
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_contacts();
CREATE TRIGGER kin_comes AFTER INSERT ON emergency_contact
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_kin();
CREATE TRIGGER kin_goes AFTER DELETE ON emergency_contact
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_kin();
CREATE TRIGGER certificates_come AFTER INSERT ON certificate
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_certificates();
CREATE TRIGGER certificates_change AFTER UPDATE ON certificate
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_certificates();
CREATE TRIGGER certificates_go AFTER DELETE ON certificate
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_certificates();

-- Who is on record already.
UPDATE person AS p
SET
    reachable = EXISTS (SELECT FROM person_contact AS k WHERE k.person_id = p.person_id),
    next_of_kin = EXISTS (SELECT FROM emergency_contact AS k WHERE k.person_id = p.person_id),
    certificates = certificates_of(p.person_id);

-- What a submission writes ------------------------------------------------------------------------

-- The rows of a batch, each with the number `n` of its record: parameters of the statements that
-- write new trips. One array of whole rows costs a fifth of as many arrays as there are columns.
CREATE TYPE new_key AS (
    n integer, key_hash bytea, fingerprint bytea, trip_id uuid, status smallint, headers text,
    body bytea
);
CREATE TYPE new_evidence AS (
    n integer, evidence_id uuid, trip_id uuid, class text, salt bytea, body bytea
);
CREATE TYPE new_trip AS (
    n integer, trip_id uuid, reference text, version integer, trip_kind text, purpose text,
    organization_id text, requester_id uuid, personal boolean, state text, starts_at timestamptz,
    ends_at timestamptz, at timestamptz, world_version bigint, ruleset_version text,
    evidence_id uuid, travellers text, external_refs text, body text, notes text
);
CREATE TYPE new_traveller AS (
    n integer, person_id uuid, covers_until timestamptz, trip_id uuid, covers_from timestamptz,
    starts_at timestamptz, ends_at timestamptz, role text, personal boolean
);
CREATE TYPE new_clearance AS (
    n integer, clearance_id uuid, trip_id uuid, trip_version integer, person_id uuid,
    area_id text, kind text, stay_no integer, state text, outcome text, arrive date, depart date,
    arrive_at timestamptz, depart_at timestamptz, nights integer, security_level smallint,
    risk_band text, policy_version integer, advisory_version integer, revision bigint,
    world_version bigint, ruleset_version text, valid_from timestamptz, valid_to timestamptz,
    due_by timestamptz, urgent_at double precision, late boolean, two_step boolean,
    decider_role text, queue_area_id text, at timestamptz, moved_by uuid, evidence_id uuid,
    place_nights text, place_keys text, counts_arrival boolean, away_area_id text,
    away_nights text, away_keys text, answer text, capacity text, rules text, reasons text,
    digest bytea, confirms_arrival boolean
);
CREATE TYPE new_reading AS (
    n integer, area_id text, clearance_id uuid, revision bigint
);
CREATE TYPE new_seats AS (
    n integer, organization_id text, flight text, day date, trip_id uuid, people integer
);
CREATE TYPE new_events AS (
    n integer, trip_id uuid, at timestamptz, event_count integer, events text
);

-- A decision's evidence takes two to three kilobytes once it is compressed: in its row, not cut
-- into pieces of another table with an index of its own.
ALTER TABLE evidence SET (toast_tuple_target = 4080);
