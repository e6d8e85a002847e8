-- Mission security clearance requests (domain.md b.6): named people, areas and days; the official
-- recommends, the head of each organization answers for its people, headquarters decides. The
-- record room writes these tables with the events that tell of them.

CREATE TABLE mscr (
    mscr_id uuid PRIMARY KEY,
    change_no integer NOT NULL,          -- raised by every step: its ETag
    state text NOT NULL CHECK (
        state IN ('open', 'recommended', 'consented', 'granted', 'refused')
    ),
    mission_ref text NOT NULL,
    srm_ref text NOT NULL,               -- the risk assessment made for it
    conops text NOT NULL,                -- the concept of operations
    pc1_record text NOT NULL,            -- by which the activity was rated PC1 (R-603)
    area_ids text [] NOT NULL CHECK (area_ids <> '{}'),
    window_from date NOT NULL,           -- local days
    window_to date NOT NULL,
    package_hash bytea NOT NULL,         -- SHA-256 of people, areas, window: what is consented to
    opened_by uuid,                      -- null: a machine
    opened_at timestamptz NOT NULL,
    recommendation text CHECK (recommendation IN ('favourable', 'unfavourable')),
    recommended_by uuid,
    recommended_at timestamptz,
    recommendation_reasons text [] NOT NULL DEFAULT '{}',
    decision text CHECK (decision IN ('grant', 'refuse')),
    decided_by uuid,
    decided_at timestamptz,
    decision_reasons text [] NOT NULL DEFAULT '{}',
    CONSTRAINT mscr_window CHECK (window_from <= window_to),
    CONSTRAINT mscr_recommendation_whole CHECK (
        num_nonnulls(recommendation, recommended_by, recommended_at) IN (0, 3)
    ),
    CONSTRAINT mscr_decision_whole CHECK (
        num_nonnulls(decision, decided_by, decided_at) IN (0, 3)
    )
);

-- Whom it names, and the organization each went for when it was opened.
CREATE TABLE mscr_person (
    mscr_id uuid NOT NULL REFERENCES mscr,
    person_id uuid NOT NULL,
    organization_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (mscr_id, person_id)
);
CREATE INDEX mscr_person_of ON mscr_person (person_id);

-- One row for each organization whose head is asked; the answer is for exactly this package.
CREATE TABLE mscr_consent (
    mscr_id uuid NOT NULL REFERENCES mscr,
    organization_id text COLLATE "C" NOT NULL,
    decision text CHECK (decision IN ('accept', 'refuse')),
    decided_by uuid,
    decided_at timestamptz,
    appointment_id uuid,
    reasons text [] NOT NULL DEFAULT '{}',
    package_hash bytea,
    PRIMARY KEY (mscr_id, organization_id),
    CONSTRAINT mscr_consent_whole CHECK (
        num_nonnulls(decision, decided_by, decided_at, appointment_id, package_hash) IN (0, 5)
    )
);

-- Clearances that a request speaks of: undecided, waiting for a mission request, of its people, in
-- its areas, wholly within its window, on a trip that names it or none.
CREATE FUNCTION mscr_clearances(of_mscr uuid)
RETURNS TABLE (clearance_id uuid, trip_id uuid, area_id text, state text)
LANGUAGE sql STABLE
AS $$
SELECT c.clearance_id, c.trip_id, c.area_id, c.state
FROM mscr AS m
INNER JOIN mscr_person AS p ON p.mscr_id = m.mscr_id
INNER JOIN trip_traveller AS w
    ON w.person_id = p.person_id AND w.live
        AND w.covers_until >= m.window_from::timestamptz - INTERVAL '1 day'
INNER JOIN trip AS t ON t.trip_id = w.trip_id
INNER JOIN clearance AS c ON c.trip_id = w.trip_id AND c.person_id = p.person_id
WHERE m.mscr_id = of_mscr
    AND c.outcome = 'mscr'
    AND c.state IN ('escalated', 'recommended', 'pending_review')
    AND c.area_id = ANY(m.area_ids)
    AND c.arrive >= m.window_from
    AND coalesce(c.depart, 'infinity') <= m.window_to
    AND coalesce(t.body ->> 'mscr_id', m.mscr_id::text)::uuid = m.mscr_id
$$;

-- What a mission request says of one clearance: null where it needs none, `open` while nobody has
-- granted one that names it, `consented` once headquarters has.
CREATE FUNCTION clearance_mission(of_clearance uuid) RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT CASE WHEN g.granted THEN 'consented' ELSE 'open' END
FROM clearance AS c
INNER JOIN trip AS t ON t.trip_id = c.trip_id
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM mscr_person AS p
        INNER JOIN mscr AS m ON m.mscr_id = p.mscr_id
        WHERE p.person_id = c.person_id
            AND m.state = 'granted'
            AND c.area_id = ANY(m.area_ids)
            AND c.arrive >= m.window_from
            AND coalesce(c.depart, 'infinity') <= m.window_to
            AND coalesce(t.body ->> 'mscr_id', m.mscr_id::text)::uuid = m.mscr_id
    ) AS granted
) AS g
WHERE c.clearance_id = of_clearance AND c.outcome = 'mscr'
$$;

-- The rule that refuses a person a step of a request, as things stand now; null where the
-- appointment named is in force and carries it, and the person is neither named nor family of
-- anybody named (R-804).
CREATE FUNCTION mscr_refusal(
    of_mscr uuid, step text, person uuid, appointment uuid, organization text
) RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT CASE
    WHEN EXISTS (
        SELECT FROM mscr_person AS n
        LEFT JOIN person AS p ON p.person_id = n.person_id
        LEFT JOIN person AS own ON own.person_id = $3
        WHERE n.mscr_id = $1
            AND (
                n.person_id = $3
                OR p.sponsor_person_id IN ($3, own.sponsor_person_id)
                OR n.person_id = own.sponsor_person_id
            )
    ) THEN 'R-804'
    WHEN NOT EXISTS (
        SELECT FROM appointment_in_force AS a
        INNER JOIN mscr AS m ON m.mscr_id = $1
        WHERE a.appointment_id = $4
            AND a.person_id = $3
            AND CASE $2
                WHEN 'recommend' THEN a.role = 'designated_official' AND NOT EXISTS (
                    SELECT FROM unnest(m.area_ids) AS u (area_id)
                    LEFT JOIN area AS r ON r.area_id = u.area_id
                    WHERE u.area_id <> ALL(a.area_ids)
                        AND coalesce(r.iso2 <> ALL(a.countries), true)
                )
                WHEN 'consent' THEN a.role = 'executive_head' AND a.organization_id = $5
                ELSE a.role = 'usg'
            END
    ) THEN CASE $2 WHEN 'recommend' THEN 'R-801' ELSE 'R-604' END
END
$$;
