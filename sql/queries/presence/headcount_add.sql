-- Adds people who were seen and not expected. $1 headcounts, $2 people, $3 areas, $4 how it is
-- known, $5 since when.
INSERT INTO headcount_entry (
    headcount_id, person_id, area_id, basis, source, source_at, overstays, left_behind,
    organization_id, sponsor_person_id, has_phone
)
SELECT
    a.headcount_id, a.person_id, a.area_id, 'observed', a.source, a.source_at, false, false,
    p.organization_id, p.sponsor_person_id,
    EXISTS (
        SELECT
        FROM person_contact AS k
        WHERE k.person_id = a.person_id AND k.kind IN ('mobile', 'satellite')
    )
FROM
    unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
        AS a (headcount_id, person_id, area_id, source, source_at)
CROSS JOIN LATERAL (
    SELECT o.organization_id, o.sponsor_person_id
    FROM person AS o
    WHERE o.person_id = a.person_id
    OFFSET 0
) AS p
