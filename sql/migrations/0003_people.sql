-- Who travels: organizations, people, how they are reached, whom they leave behind, what they
-- have been taught. No travel document, nationality or health datum beyond one date is kept
-- (fine print, "Health and private life").

CREATE TABLE organization (
    organization_id text PRIMARY KEY CHECK (organization_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
    name text NOT NULL,
    demonstration boolean NOT NULL DEFAULT false,
    entitlement_notify_only boolean NOT NULL DEFAULT false,
    flight_concentration_max integer NOT NULL DEFAULT 30 CHECK (flight_concentration_max > 0),
    created_at timestamptz NOT NULL DEFAULT sc_now()
);

-- `revision` rises with every change of a row here or of what hangs on it, under the person's
-- lock: a decision names the revision it read.
CREATE TABLE person (
    person_id uuid PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    staff_no text,
    family_name text,
    given_names text,
    full_name_local text,
    category text NOT NULL CHECK (
        category IN (
            'staff_international', 'staff_local', 'temporary_staff', 'un_volunteer_international',
            'un_volunteer_national', 'consultant', 'individual_contractor',
            'service_contract_holder', 'intern', 'fellow', 'military_or_police_individual',
            'contingent_member', 'meeting_participant', 'expert_on_mission',
            'goodwill_ambassador_or_guest', 'dignitary', 'eligible_family_member',
            'accompanying_other', 'partner_ngo', 'area_staff'
        )
    ),
    recruitment text NOT NULL CHECK (recruitment IN ('international', 'local')),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'on_leave', 'deactivated')),
    status_changed_at timestamptz,
    status_changed_by uuid,
    functional_title text,
    senior_official boolean NOT NULL DEFAULT false,
    duty_station_area_id text,
    sponsor_person_id uuid REFERENCES person,
    relation text CHECK (relation IN ('spouse', 'child', 'other')),
    recognised boolean NOT NULL DEFAULT true,
    resides_at_duty_station boolean NOT NULL DEFAULT true,
    languages text [] NOT NULL DEFAULT '{}',
    -- of the dwelling only the neighbourhood: two decimals of a degree, about a kilometre
    residence_place text,
    residence_lon numeric(5, 2) CHECK (residence_lon BETWEEN -180 AND 180),
    residence_lat numeric(4, 2) CHECK (residence_lat BETWEEN -90 AND 90),
    medical_valid_to date,
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT sc_now(),
    updated_at timestamptz NOT NULL DEFAULT sc_now(),
    -- takes a place under the ceiling of the own duty station (R-504; local staff do not)
    resident boolean GENERATED ALWAYS AS (
        duty_station_area_id IS NOT NULL
        AND status = 'active'
        AND recruitment = 'international'
        AND resides_at_duty_station
        AND category NOT IN ('contingent_member', 'partner_ngo', 'area_staff')
    ) STORED,
    CONSTRAINT person_staff_no_key UNIQUE (organization_id, staff_no),
    CONSTRAINT person_relation_needs_sponsor CHECK (
        relation IS NULL OR sponsor_person_id IS NOT NULL
    ),
    CONSTRAINT person_not_own_sponsor CHECK (sponsor_person_id <> person_id),
    CONSTRAINT person_residence_whole CHECK (num_nonnulls(residence_lon, residence_lat) IN (0, 2))
);
CREATE INDEX person_sponsor ON person (sponsor_person_id) WHERE sponsor_person_id IS NOT NULL;

-- How to reach a person, best first.
CREATE TABLE person_contact (
    person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    position smallint NOT NULL,
    kind text NOT NULL CHECK (
        kind IN ('mobile', 'satellite', 'radio_call_sign', 'email', 'messenger')
    ),
    value text NOT NULL,
    verified_at timestamptz,
    PRIMARY KEY (person_id, position)
);

-- Next of kin: restricted to named people, never shown to an organization.
CREATE TABLE emergency_contact (
    person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    position smallint NOT NULL,
    name text NOT NULL,
    relation text NOT NULL,
    phone text NOT NULL,
    language text,
    PRIMARY KEY (person_id, position)
);

-- What a person has been taught. A day of completion is one certificate of a course, however
-- often and by whomever it is reported; expiry is judged on the days of a stay.
CREATE TABLE certificate (
    certificate_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    course text NOT NULL CHECK (course ~ '^[A-Z0-9][A-Z0-9_-]{0,31}$'),
    course_version text,
    completed_on date NOT NULL,
    expires_on date,
    place text,
    issuer text,
    evidence_kind text NOT NULL CHECK (
        evidence_kind IN ('lms_feed', 'officer', 'typed', 'upload')
    ),
    evidence_ref text,
    state text NOT NULL CHECK (state IN ('claimed', 'verified', 'revoked')),
    verified_by uuid,
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT sc_now(),
    CONSTRAINT certificate_person_course_day_key UNIQUE (person_id, course, completed_on),
    CONSTRAINT certificate_dates CHECK (completed_on <= expires_on),
    CONSTRAINT certificate_verified_whole CHECK (
        state <> 'verified' OR num_nonnulls(verified_by, verified_at) = 2
    )
);
