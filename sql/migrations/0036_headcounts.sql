-- Headcounts: who should be in some areas at an instant, and what is heard of each of them
-- (domain.md b.8, c.14). Nothing here names anybody: ids map to people in one table only.

CREATE TABLE headcount (
    headcount_id uuid PRIMARY KEY,
    area_ids text [] COLLATE "C" NOT NULL CHECK (cardinality(area_ids) > 0),
    polygon json,                        -- as it was drawn; null where areas were named
    reason text NOT NULL,
    as_of timestamptz NOT NULL,          -- who is expected was frozen then
    opened_by uuid NOT NULL,
    closed_at timestamptz,
    closed_by uuid,
    changes bigint NOT NULL DEFAULT 0,   -- responses so far: the number of the last one
    CONSTRAINT headcount_closed_whole CHECK (num_nonnulls(closed_at, closed_by) IN (0, 2))
);

-- Each person once, by the best estimate there was (`basis`, `source`), with what is known of them
-- now. Answers change no indexed column, so that thousands within a minute stay in their pages.
CREATE TABLE headcount_entry (
    headcount_id uuid NOT NULL,
    person_id uuid NOT NULL,
    area_id text COLLATE "C" NOT NULL,
    basis text NOT NULL CHECK (
        basis IN ('resident', 'visitor', 'dependant', 'observed', 'possible')
    ),
    source text NOT NULL CHECK (
        source IN (
            'self_report', 'warden', 'arrival', 'area_log', 'itinerary', 'residence_list',
            'old_residence_list', 'undecided_itinerary'
        )
    ),
    source_at timestamptz NOT NULL,
    clearance_id uuid,
    overstays boolean NOT NULL,          -- should have left, and nobody confirmed it
    left_behind boolean NOT NULL,        -- a dependant whose member of personnel is not expected
    organization_id text COLLATE "C" NOT NULL,
    sponsor_person_id uuid,
    has_phone boolean NOT NULL,
    status text NOT NULL DEFAULT 'unaccounted' CHECK (
        status IN (
            'unaccounted', 'safe', 'not_safe', 'confirmed_elsewhere', 'missing', 'injured',
            'detained', 'abducted', 'deceased'
        )
    ),
    observed_at timestamptz,
    change bigint,                       -- of the response that is shown
    PRIMARY KEY (headcount_id, person_id),
    CONSTRAINT headcount_entry_answered_whole CHECK (
        num_nonnulls(observed_at, change) = CASE WHEN status = 'unaccounted' THEN 0 ELSE 2 END
    )
) WITH (fillfactor = 80);
-- The dependants of whoever answers for them.
CREATE INDEX headcount_entry_sponsor ON headcount_entry (headcount_id, sponsor_person_id)
WHERE sponsor_person_id IS NOT NULL;

-- Every response ever given: corrections are added, none is replaced. `change` counts from 1 in the
-- order of recording, under the lock of the headcount's row, so that who follows misses none.
CREATE TABLE headcount_response (
    headcount_id uuid NOT NULL,
    change bigint NOT NULL,
    person_id uuid NOT NULL,
    status text NOT NULL CHECK (
        status IN (
            'safe', 'not_safe', 'confirmed_elsewhere', 'missing', 'injured', 'detained',
            'abducted', 'deceased'
        )
    ),
    observed_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    shown boolean NOT NULL,              -- the latest observation when it was recorded
    channel text,
    note text,
    area_id text COLLATE "C",            -- where, where it is said
    PRIMARY KEY (headcount_id, change)
);
-- What was said of one person.
CREATE INDEX headcount_response_person ON headcount_response (headcount_id, person_id);

-- Answers kept under idempotency keys for a day.
CREATE TABLE headcount_request (
    key_hash bytea PRIMARY KEY,
    fingerprint bytea NOT NULL,
    headcount_id uuid NOT NULL,
    body bytea NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX headcount_request_made ON headcount_request (made_at);

-- Everybody whose duty station is in an area, local staff and families included; `person_residents`
-- holds only those who take a place under its ceiling.
CREATE INDEX person_duty_station ON person (duty_station_area_id)
WHERE duty_station_area_id IS NOT NULL;
