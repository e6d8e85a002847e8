-- Advice on operators by organization, for those that keep a list: one that is not on it, or
-- whose advice has lapsed on the day, is unknown (R-701). $1 number of the question, $2 code, $3
-- local day of departure, $4 the trip itself, one line each.
WITH keeps AS MATERIALIZED (
    SELECT o.organization_id
    FROM organization AS o
    -- one look-up for each organization, however long its list is
    CROSS JOIN LATERAL (
        SELECT FROM operator_advice AS l WHERE l.organization_id = o.organization_id LIMIT 1
    ) AS any_advice
)
SELECT
    q.question,
    q.code,
    q.day,
    k.organization_id,
    CASE WHEN a.valid_to < q.day THEN 'unknown' ELSE coalesce(a.standing, 'unknown') END
        AS standing,
    EXISTS (
        SELECT
        FROM operator_authorization AS p
        WHERE
            p.organization_id = k.organization_id
            AND p.code = q.code
            AND q.day BETWEEN p.valid_from AND p.valid_to
            AND (p.kind = 'blanket' OR p.trip_id = q.trip_id)
    ) AS authorized
FROM unnest($1::int[], $2::text[], $3::date[], $4::uuid[]) AS q (question, code, day, trip_id)
CROSS JOIN keeps AS k
-- one look-up for each, also by a plan that was made while there was no advice
LEFT JOIN LATERAL (
    SELECT r.standing, r.valid_to
    FROM operator_advice AS r
    WHERE r.organization_id = k.organization_id AND r.code = q.code
    OFFSET 0
) AS a ON true
