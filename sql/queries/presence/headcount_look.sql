-- The people whom responses name: who they are, and how they stand in the headcount. Each is looked
-- up by key, also by a plan that was made while there were few. $1 headcounts, $2 people, one of
-- each a response.
SELECT
    a.headcount_id, a.person_id,
    coalesce(e.organization_id, p.organization_id) AS organization_id,
    CASE WHEN e.area_id IS NULL THEN p.sponsor_person_id ELSE e.sponsor_person_id END
        AS sponsor_person_id,
    e.area_id, e.status, e.observed_at
FROM (
    SELECT DISTINCT o.headcount_id, o.person_id
    FROM unnest($1::uuid[], $2::uuid[]) AS o (headcount_id, person_id)
) AS a
LEFT JOIN LATERAL (
    SELECT o.organization_id, o.sponsor_person_id, o.area_id, o.status, o.observed_at
    FROM headcount_entry AS o
    WHERE o.headcount_id = a.headcount_id AND o.person_id = a.person_id
    OFFSET 0
) AS e ON true
LEFT JOIN LATERAL (
    SELECT o.organization_id, o.sponsor_person_id
    FROM person AS o
    WHERE o.person_id = a.person_id
    OFFSET 0
) AS p ON true
