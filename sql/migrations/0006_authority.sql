-- Authority in writing: focal points, delegations, who is a party to a trip, when an area works.

-- A country security focal point holds the adviser's role where no adviser is posted (R-802).
ALTER TABLE appointment ADD COLUMN focal_point boolean NOT NULL DEFAULT false;
ALTER TABLE appointment ADD CONSTRAINT appointment_focal_point CHECK (
    NOT focal_point OR role = 'security_adviser'
);
-- SHA-256 of the body it was recorded with: its id follows from the caller's idempotency key, and a
-- key stands for one body.
ALTER TABLE appointment ADD COLUMN fingerprint bytea;
CREATE INDEX appointment_recorded ON appointment (recorded_at, appointment_id);

-- Power given in writing by a designated official (R-803): it does not outlive the appointment it
-- was given from, is not passed on, and never reaches very high risk.
CREATE TABLE delegation (
    delegation_id uuid PRIMARY KEY,
    delegator_id uuid NOT NULL,
    given_from uuid NOT NULL REFERENCES appointment,
    delegate_person_id uuid,
    delegate_role text CHECK (
        delegate_role IN ('area_security_coordinator', 'security_adviser')
    ),
    delegate_area_id text COLLATE "C",
    delegate_country text COLLATE "C",
    area_ids text [] NOT NULL DEFAULT '{}',
    countries text [] NOT NULL DEFAULT '{}',
    risk_bands text [] NOT NULL CHECK (
        risk_bands <> '{}' AND risk_bands <@ ARRAY['low', 'medium', 'high']
    ),
    categories text [] NOT NULL DEFAULT '{}',   -- empty: all
    max_stay_nights integer CHECK (max_stay_nights >= 0),
    letter_ref text NOT NULL,
    fingerprint bytea,                          -- as of an appointment
    granted_at timestamptz NOT NULL DEFAULT sc_now(),
    valid_from timestamptz NOT NULL,
    valid_to timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by uuid,
    CONSTRAINT delegation_one_delegate CHECK (num_nonnulls(delegate_person_id, delegate_role) = 1),
    CONSTRAINT delegation_post_has_a_seat CHECK (
        num_nonnulls(delegate_area_id, delegate_country) = num_nonnulls(delegate_role)
    ),
    CONSTRAINT delegation_not_to_oneself CHECK (delegate_person_id <> delegator_id),
    CONSTRAINT delegation_somewhere CHECK (area_ids <> '{}' OR countries <> '{}'),
    CONSTRAINT delegation_window CHECK (valid_from < valid_to),
    CONSTRAINT delegation_revoked_whole CHECK (num_nonnulls(revoked_at, revoked_by) IN (0, 2))
);
CREATE INDEX delegation_delegator ON delegation (delegator_id);
CREATE INDEX delegation_granted ON delegation (granted_at, delegation_id);

-- What is in force now.
CREATE VIEW appointment_in_force AS
SELECT a.*
FROM appointment AS a
WHERE a.confirmed_at IS NOT NULL
    AND a.revoked_at IS NULL
    AND a.valid_from <= sc_now()
    AND sc_now() < a.valid_to;

CREATE VIEW delegation_in_force AS
SELECT d.*
FROM delegation AS d
INNER JOIN appointment_in_force AS a ON a.appointment_id = d.given_from
WHERE a.role = 'designated_official'
    AND a.person_id = d.delegator_id
    AND d.revoked_at IS NULL
    AND d.valid_from <= sc_now()
    AND sc_now() < d.valid_to;

-- Everything on record with where it stands in time.
CREATE VIEW appointment_register AS
SELECT
    a.*,
    CASE
        WHEN a.revoked_at IS NOT NULL THEN 'revoked'
        WHEN a.valid_to <= n.now THEN 'expired'
        WHEN a.confirmed_at IS NULL THEN 'recorded'
        WHEN n.now < a.valid_from THEN 'granted'
        ELSE 'in_force'
    END AS state
FROM appointment AS a
CROSS JOIN (SELECT sc_now() AS now) AS n;

CREATE VIEW delegation_register AS
SELECT
    d.*,
    CASE
        WHEN d.revoked_at IS NOT NULL THEN 'revoked'
        WHEN least(d.valid_to, g.valid_to, g.revoked_at) <= n.now THEN 'expired'
        WHEN n.now < greatest(d.valid_from, g.valid_from) THEN 'granted'
        ELSE 'in_force'
    END AS state
FROM delegation AS d
INNER JOIN appointment AS g ON g.appointment_id = d.given_from
CROSS JOIN (SELECT sc_now() AS now) AS n;

-- Who may not decide a trip, and why (R-804): traveller, requester, spouse, sponsor, dependant, and
-- dependants of the same sponsor. A person may be named more than once.
CREATE FUNCTION trip_parties(trip uuid) RETURNS TABLE (person_id uuid, tie text)
LANGUAGE sql STABLE
AS $$
    WITH traveller AS (
        SELECT u.person_id, p.sponsor_person_id, p.relation
        FROM trip AS t
        CROSS JOIN LATERAL unnest(t.travellers) AS u (person_id)
        LEFT JOIN person AS p ON p.person_id = u.person_id
        WHERE t.trip_id = $1
    )
    SELECT w.person_id, 'traveller' FROM traveller AS w
    UNION ALL
    SELECT t.requester_id, 'requester'
    FROM trip AS t
    WHERE t.trip_id = $1 AND t.requester_id IS NOT NULL
    UNION ALL
    SELECT w.sponsor_person_id, CASE w.relation WHEN 'spouse' THEN 'spouse' ELSE 'sponsor' END
    FROM traveller AS w
    WHERE w.sponsor_person_id IS NOT NULL
    UNION ALL
    SELECT d.person_id, CASE d.relation WHEN 'spouse' THEN 'spouse' ELSE 'dependant' END
    FROM traveller AS w
    INNER JOIN person AS d ON d.sponsor_person_id = w.person_id
    UNION ALL
    SELECT f.person_id, 'family'
    FROM traveller AS w
    INNER JOIN person AS f ON f.sponsor_person_id = w.sponsor_person_id
    WHERE f.person_id <> w.person_id
$$;

-- The rule that refuses a person the power they decide by, as things stand now; null where it is in
-- force, covers the area and the person is no party to the trip. Appointment and delegation are
-- what the decision names as its capacity: one at least, each of them is checked. Without an area
-- the matter is headquarters'. Band, category and nights were judged with the decision and do not
-- change under it: the clearance's revision is compared.
CREATE FUNCTION authority_refusal(
    person uuid, appointment uuid, delegation uuid, area text, trip uuid
) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM trip_parties($5) AS p WHERE p.person_id = $1) THEN 'R-804'
        WHEN num_nonnulls($2, $3) = 0 THEN 'R-802'
        WHEN $2 IS NOT NULL AND NOT EXISTS (
            SELECT FROM appointment_in_force AS a
            WHERE a.appointment_id = $2
                AND a.person_id = $1
                AND (
                    a.role = 'usg'
                    OR $4 = ANY(a.area_ids)
                    OR (SELECT r.iso2 FROM area AS r WHERE r.area_id = $4) = ANY(a.countries)
                )
        ) THEN (
            SELECT
                CASE
                    WHEN a.ad_interim THEN 'R-806'
                    WHEN a.role IN ('designated_official', 'usg') THEN 'R-801'
                    ELSE 'R-802'
                END
            FROM (SELECT $2 AS appointment_id) AS named
            LEFT JOIN appointment AS a ON a.appointment_id = named.appointment_id
        )
        WHEN $3 IS NOT NULL AND NOT EXISTS (
            SELECT FROM delegation_in_force AS d
            INNER JOIN appointment AS g ON g.appointment_id = d.given_from
            WHERE d.delegation_id = $3
                AND (
                    $4 = ANY(d.area_ids)
                    OR (SELECT r.iso2 FROM area AS r WHERE r.area_id = $4) = ANY(d.countries)
                )
                AND (
                    $4 = ANY(g.area_ids)
                    OR (SELECT r.iso2 FROM area AS r WHERE r.area_id = $4) = ANY(g.countries)
                )
                AND (
                    d.delegate_person_id = $1
                    OR EXISTS (
                        SELECT FROM appointment_in_force AS h
                        WHERE h.person_id = $1
                            AND h.role = d.delegate_role
                            AND (
                                d.delegate_area_id = ANY(h.area_ids)
                                OR d.delegate_country = ANY(h.countries)
                            )
                    )
                )
        ) THEN 'R-803'
    END
$$;

CREATE FUNCTION authority_in_force(
    person uuid, appointment uuid, delegation uuid, area text, trip uuid
) RETURNS boolean
LANGUAGE sql STABLE
AS $$SELECT authority_refusal($1, $2, $3, $4, $5) IS NULL$$;

-- When an area or a country works, where it is not Monday to Friday from 8 to 17 local time. The
-- area's own rows win over its country's. `closes` at or before `opens` is on the next day: equal
-- means around the clock.
CREATE TABLE working_week (
    area_id text COLLATE "C",
    country text COLLATE "C",
    week_days smallint [] NOT NULL CHECK (
        week_days <> '{}' AND week_days <@ ARRAY[1, 2, 3, 4, 5, 6, 7]::smallint []
    ),                                          -- 1 is Monday
    opens time NOT NULL,
    closes time NOT NULL,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT sc_now(),
    CONSTRAINT working_week_of_one CHECK (num_nonnulls(area_id, country) = 1),
    CONSTRAINT working_week_key UNIQUE NULLS NOT DISTINCT (area_id, country)
);

-- Days on which an area or a country does not work. Both count for an area.
CREATE TABLE holiday (
    area_id text COLLATE "C",
    country text COLLATE "C",
    day date NOT NULL,
    name text NOT NULL,
    CONSTRAINT holiday_of_one CHECK (num_nonnulls(area_id, country) = 1),
    CONSTRAINT holiday_key UNIQUE NULLS NOT DISTINCT (area_id, country, day)
);

CREATE TRIGGER delegation_raises_authority
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON delegation
FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();

CREATE TRIGGER working_week_raises_authority
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON working_week
FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();

CREATE TRIGGER holiday_raises_authority
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON holiday
FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();
