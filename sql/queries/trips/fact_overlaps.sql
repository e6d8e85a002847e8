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
INNER JOIN trip_traveller AS o
    ON o.person_id = q.person_id
        AND o.covers_until > q.starts_at
        AND o.live
        AND o.ends_at > q.starts_at
        AND o.starts_at < q.ends_at
INNER JOIN trip AS t ON t.trip_id = o.trip_id
ORDER BY q.question, o.starts_at, o.trip_id
