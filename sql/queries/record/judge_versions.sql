-- Of the records that may be written so far, leaves out those that amend a trip which has been
-- changed since it was read; answers them. The trips are locked.
WITH outdated AS (
    SELECT a.n
    FROM unnest($1::integer[], $2::uuid[], $3::integer[]) AS a (n, trip_id, change_no)
    LEFT JOIN LATERAL (
        SELECT t.change_no FROM trip AS t WHERE t.trip_id = a.trip_id OFFSET 0
    ) AS now ON true
    WHERE now.change_no IS DISTINCT FROM a.change_no
),
kept AS (
    SELECT set_config(
        'safeconduct.accepted', coalesce(array_agg(a.n), '{}')::text, true
    ) AS numbers
    FROM unnest(current_setting('safeconduct.accepted')::integer[]) AS a (n)
    WHERE NOT EXISTS (SELECT 1 FROM outdated AS o WHERE o.n = a.n)
)
SELECT NULL::integer AS n, k.numbers FROM kept AS k
UNION ALL
SELECT o.n, NULL FROM outdated AS o
