-- Stored decisions for row 11: those that the service made, again and again under new ids, until
-- there are :decisions of them.
INSERT INTO evidence (evidence_id, trip_id, class, salt, body)
WITH source AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY e.evidence_id) - 1 AS place, e.*
    FROM evidence AS e
    WHERE e.body IS NOT NULL
),
many AS (SELECT count(*)::integer AS n FROM source)
SELECT
    -- ids in the order of time, as the service makes them
    (
        lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint + g.i), 12, '0')
        || '7' || substr(gen_random_uuid()::text, 16)
    )::uuid,
    s.trip_id, s.class, s.salt, s.body
FROM many AS m
CROSS JOIN LATERAL generate_series(0, :decisions - m.n - 1) AS g (i)
INNER JOIN source AS s ON s.place = g.i % m.n;
