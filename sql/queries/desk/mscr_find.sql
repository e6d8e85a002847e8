-- Mission security clearance requests within a scope, newest first: everything, those with an
-- organization among the participating ones, those of an area or of a country's area, those that
-- name a person. $1 one of them, or null for all; $2 everywhere, $3 organizations, $4 areas,
-- $5 countries; $6 before this id, $7 how many; $8 persons.
SELECT
    m.mscr_id,
    m.change_no,
    m.state,
    m.mission_ref,
    m.srm_ref,
    m.conops,
    m.pc1_record,
    m.area_ids,
    m.window_from,
    m.window_to,
    m.package_hash,
    m.opened_by,
    m.opened_at,
    m.recommendation,
    m.recommended_by,
    m.recommended_at,
    m.recommendation_reasons,
    m.decision,
    m.decided_by,
    m.decided_at,
    m.decision_reasons,
    sc_now() AS now,
    named.people,
    named.organizations,
    asked.consent_organizations,
    asked.consent_words,
    asked.consent_by,
    asked.consent_at,
    asked.consent_reasons
FROM mscr AS m
CROSS JOIN LATERAL (
    SELECT
        array_agg(p.person_id ORDER BY p.person_id) AS people,
        array_agg(p.organization_id ORDER BY p.person_id) AS organizations
    FROM mscr_person AS p
    WHERE p.mscr_id = m.mscr_id
) AS named
CROSS JOIN LATERAL (
    SELECT
        array_agg(c.organization_id ORDER BY c.organization_id) AS consent_organizations,
        array_agg(c.decision ORDER BY c.organization_id) AS consent_words,
        array_agg(c.decided_by ORDER BY c.organization_id) AS consent_by,
        array_agg(c.decided_at ORDER BY c.organization_id) AS consent_at,
        array_agg(array_to_string(c.reasons, ',') ORDER BY c.organization_id) AS consent_reasons
    FROM mscr_consent AS c
    WHERE c.mscr_id = m.mscr_id
) AS asked
WHERE
    ($1::uuid IS NULL OR m.mscr_id = $1)
    AND ($6::uuid IS NULL OR m.mscr_id < $6)
    AND (
        $2::boolean
        OR asked.consent_organizations && $3::text[]
        OR m.area_ids && $4::text[]
        OR (
            $5::text[] <> '{}'
            AND EXISTS (
                SELECT FROM area AS a
                WHERE a.area_id = ANY(m.area_ids) AND a.iso2 = ANY($5::text[])
            )
        )
        OR named.people && $8::uuid[]
    )
ORDER BY m.mscr_id DESC
LIMIT $7::bigint
