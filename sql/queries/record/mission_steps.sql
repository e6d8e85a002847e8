-- Writes steps of mission requests that are locked: a recommendation, an organization's answer, the
-- decision. The first refusal ends a request; the last consent makes it ready for the decision.
WITH asked AS (
    SELECT a.*
    FROM unnest(
        $1::integer[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[],
        $8::timestamptz[], $9::text[]
    ) AS a (
        n, mscr_id, step, word, organization_id, person_id, appointment_id, at, reasons
    )
    WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
),
answered AS (
    UPDATE mscr_consent AS c SET
        decision = a.word,
        decided_by = a.person_id,
        decided_at = a.at,
        appointment_id = a.appointment_id,
        reasons = a.reasons::text[],
        package_hash = m.package_hash
    FROM asked AS a
    INNER JOIN mscr AS m ON m.mscr_id = a.mscr_id
    WHERE a.step = 'consent' AND c.mscr_id = a.mscr_id AND c.organization_id = a.organization_id
)
UPDATE mscr AS m SET
    change_no = m.change_no + 1,
    state = CASE
        WHEN a.word = 'refuse' THEN 'refused'
        WHEN a.word = 'grant' THEN 'granted'
        WHEN a.step = 'recommend' AND m.state = 'open' THEN 'recommended'
        WHEN a.step = 'consent' AND NOT EXISTS (
            SELECT 1
            FROM mscr_consent AS c
            WHERE c.mscr_id = a.mscr_id AND c.decision IS NULL
                AND c.organization_id <> a.organization_id
        ) THEN 'consented'
        ELSE m.state
    END,
    recommendation = CASE WHEN a.step = 'recommend' THEN a.word ELSE m.recommendation END,
    recommended_by = CASE WHEN a.step = 'recommend' THEN a.person_id ELSE m.recommended_by END,
    recommended_at = CASE WHEN a.step = 'recommend' THEN a.at ELSE m.recommended_at END,
    recommendation_reasons = CASE
        WHEN a.step = 'recommend' THEN a.reasons::text[]
        ELSE m.recommendation_reasons
    END,
    decision = CASE WHEN a.step = 'decide' THEN a.word ELSE m.decision END,
    decided_by = CASE WHEN a.step = 'decide' THEN a.person_id ELSE m.decided_by END,
    decided_at = CASE WHEN a.step = 'decide' THEN a.at ELSE m.decided_at END,
    decision_reasons = CASE
        WHEN a.step = 'decide' THEN a.reasons::text[]
        ELSE m.decision_reasons
    END
FROM asked AS a
WHERE m.mscr_id = a.mscr_id
