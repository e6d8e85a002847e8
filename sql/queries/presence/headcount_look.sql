-- The people whom responses name: who they are, and how they stand in the headcount. Each is looked
-- up by key. $1 headcounts, $2 people, one of each a response.
SELECT
    a.headcount_id, a.person_id,
    e.person_id IS NOT NULL AS listed,
    coalesce(e.organization_id, p.organization_id) AS organization_id,
    CASE WHEN e.person_id IS NULL THEN p.sponsor_person_id ELSE e.sponsor_person_id END
        AS sponsor_person_id,
    e.area_id, e.status, e.observed_at
FROM (
    SELECT DISTINCT o.headcount_id, o.person_id
    FROM unnest($1::uuid[], $2::uuid[]) AS o (headcount_id, person_id)
) AS a
LEFT JOIN headcount_entry AS e
    ON e.headcount_id = a.headcount_id AND e.person_id = a.person_id
LEFT JOIN person AS p ON p.person_id = a.person_id
