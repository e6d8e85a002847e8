-- Threat assessments, security levels with their history, and policies as drafts, approvals and
-- versions in force (domain.md c.4, c.6, d.9, d.10). What is to take effect later waits here as a
-- row, and whichever replica first finds it due brings it into effect under the lock `world`.

-- Powers ----------------------------------------------------------------------------------------

-- The first of some offices that a person holds over an area at the database's time; null for
-- none. A country security focal point has the adviser's office without its professional
-- assessment (R-802).
CREATE FUNCTION office_over(area text, person uuid, offices text[], professional boolean)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT f.role
FROM appointment_in_force AS f
WHERE f.person_id = person
    AND f.role = ANY(offices)
    AND NOT (professional AND f.focal_point)
    AND (
        f.role = 'usg'
        OR area = ANY(f.area_ids)
        OR (SELECT a.iso2 FROM area AS a WHERE a.area_id = area) = ANY(f.countries)
    )
ORDER BY array_position(offices, f.role), f.appointment_id
LIMIT 1
$$;

-- Assessments -----------------------------------------------------------------------------------

-- What an adviser or official found. Nothing follows from it by itself (F-093).
CREATE TABLE threat_assessment (
    assessment_id uuid PRIMARY KEY,          -- follows from the caller's idempotency key
    fingerprint bytea NOT NULL,              -- SHA-256 of the body it was recorded with
    area_id text COLLATE "C" NOT NULL REFERENCES area,
    body jsonb NOT NULL,
    arithmetic text NOT NULL,                -- by which the two below were computed
    security_level smallint NOT NULL CHECK (security_level BETWEEN 1 AND 6),
    risk_band text CHECK (
        risk_band IN ('low', 'medium', 'high', 'very_high', 'unacceptable')
    ),
    valid_until timestamptz,
    prepared_by uuid NOT NULL,
    prepared_as text NOT NULL,
    prepared_at timestamptz NOT NULL DEFAULT sc_now()
);
CREATE INDEX threat_assessment_area
ON threat_assessment (area_id, prepared_at, assessment_id);

-- Levels ----------------------------------------------------------------------------------------

-- Every setting of an area's level and band. `level_before` and `band_before` say what stood until
-- then, so that the level at a date before the first setting is known too.
CREATE TABLE level_setting (
    setting_id uuid PRIMARY KEY,
    area_id text COLLATE "C" NOT NULL REFERENCES area,
    security_level smallint NOT NULL CHECK (security_level BETWEEN 1 AND 6),
    risk_band text CHECK (
        risk_band IN ('low', 'medium', 'high', 'very_high', 'unacceptable')
    ),
    assessment_id uuid NOT NULL REFERENCES threat_assessment,
    reason text,
    set_by uuid NOT NULL,
    set_as text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT sc_now(),
    effective_from timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('scheduled', 'applied', 'overtaken', 'withdrawn')),
    applied_at timestamptz,
    level_before smallint,
    band_before text,
    world_version bigint,
    CONSTRAINT level_setting_applied CHECK (
        (state = 'applied') = (num_nonnulls(applied_at, level_before, world_version) = 3)
    )
);
CREATE INDEX level_setting_area ON level_setting (area_id, effective_from);
CREATE INDEX level_setting_due ON level_setting (effective_from) WHERE state = 'scheduled';

-- What holds from when until when, what is scheduled included. The first row of an area, from time
-- out of mind, is what stood before anybody set anything.
CREATE VIEW level_held AS
SELECT
    h.*,
    lead(h.since) OVER (
        PARTITION BY h.area_id ORDER BY h.since NULLS FIRST, h.setting_id
    ) AS until
FROM (
    SELECT
        l.area_id,
        l.setting_id,
        l.security_level,
        l.risk_band,
        l.assessment_id,
        l.reason,
        l.set_by,
        l.set_as,
        l.set_at,
        l.state,
        coalesce(l.applied_at, l.effective_from) AS since
    FROM level_setting AS l
    WHERE l.state IN ('scheduled', 'applied')
    UNION ALL
    SELECT
        s.area_id,
        NULL,
        CASE WHEN f.setting_id IS NULL THEN s.security_level ELSE f.level_before END,
        CASE WHEN f.setting_id IS NULL THEN s.risk_band ELSE f.band_before END,
        NULL, NULL, NULL, NULL, NULL, 'applied', NULL
    FROM area_state AS s
    LEFT JOIN LATERAL (
        SELECT l.setting_id, l.level_before, l.band_before
        FROM level_setting AS l
        WHERE l.area_id = s.area_id AND l.state = 'applied'
        ORDER BY l.applied_at, l.setting_id
        LIMIT 1
    ) AS f ON true
) AS h;

-- A band that rises to high or more is heard of as such (c.11).
ALTER TABLE redecision DROP CONSTRAINT redecision_cause_check;
ALTER TABLE redecision ADD CONSTRAINT redecision_cause_check CHECK (
    cause IN (
        'suspended', 'closed', 'reopened', 'policy', 'level', 'band', 'fence', 'person', 'place'
    )
);

-- Policies --------------------------------------------------------------------------------------

-- A version is drafted, approved, and in force from its time; it never changes after that. What
-- was imported or written before drafts existed was in force. `based_on` is the version in force
-- when it was drafted: once another comes into force, the draft is overtaken and is drafted anew.
ALTER TABLE area_policy
ADD COLUMN state text NOT NULL DEFAULT 'applied' CHECK (
    state IN ('draft', 'scheduled', 'applied', 'overtaken', 'withdrawn')
),
ADD COLUMN based_on integer,
ADD COLUMN template text,
ADD COLUMN review_at timestamptz,
ADD COLUMN smt_minutes_ref text,
ADD COLUMN recorded_as text,
ADD COLUMN wished_from timestamptz,
ADD COLUMN approved_by uuid,
ADD COLUMN approved_as text,
ADD COLUMN approved_at timestamptz,
ADD COLUMN applied_at timestamptz,
ADD CONSTRAINT area_policy_approved CHECK (
    num_nonnulls(approved_by, approved_as, approved_at) IN (0, 3)
);
CREATE INDEX area_policy_due ON area_policy (effective_from) WHERE state = 'scheduled';
CREATE INDEX area_policy_review ON area_policy (review_at) WHERE review_at IS NOT NULL;
