-- Live trips of people that share time with a new one. One instant in common is no overlap.
-- $1 number of the question, $2 person, $3 start, $4 end ('infinity' for none), one line each.
SELECT
    q.question,
    o.person_id,
    o.trip_id,
    o.personal,
    o.starts_at,
    t.reference,
    t.organization_id,
    CASE WHEN isfinite(o.ends_at) THEN o.ends_at END AS ends_at
FROM unnest($1::int[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
    AS q (question, person_id, starts_at, ends_at)
-- one look-up for each, also by a plan that was made while there were no trips
CROSS JOIN LATERAL (
    SELECT r.person_id, r.trip_id, r.personal, r.starts_at, r.ends_at
    FROM trip_traveller AS r
    WHERE
        r.person_id = q.person_id
        AND r.covers_until > q.starts_at
        AND r.live
        AND r.ends_at > q.starts_at
        AND r.starts_at < q.ends_at
    OFFSET 0
) AS o
CROSS JOIN LATERAL (
    SELECT r.reference, r.organization_id FROM trip AS r WHERE r.trip_id = o.trip_id OFFSET 0
) AS t
ORDER BY q.question, o.starts_at, o.trip_id
