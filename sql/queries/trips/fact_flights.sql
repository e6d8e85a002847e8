-- People on flights by live trips, by organization, one trip left out (R-703). $1 number of the
-- question, $2 flight, $3 local day of departure, $4 the trip that is left out, one line each.
SELECT
    q.question,
    q.flight,
    q.day,
    f.organization_id,
    sum(f.people)::int AS people
FROM unnest($1::int[], $2::text[], $3::date[], $4::uuid[]) AS q (question, flight, day, trip_id)
CROSS JOIN LATERAL (
    SELECT
        o.organization_id,
        o.people
    FROM trip_flight AS o
    -- one look-up for each, also by a plan that was made while there were no trips
    CROSS JOIN LATERAL (
        SELECT r.state FROM trip AS r WHERE r.trip_id = o.trip_id OFFSET 0
    ) AS t
    WHERE
        o.flight = q.flight
        AND o.day = q.day
        AND o.trip_id IS DISTINCT FROM q.trip_id
        AND t.state NOT IN ('cancelled', 'completed')
    OFFSET 0
) AS f
GROUP BY q.question, q.flight, q.day, f.organization_id
