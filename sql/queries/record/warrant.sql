-- Asks what people's decisions rest on, at the database's time and under the locks: is the
-- appointment or delegation in force and over the area, does another hold the item, was it moved
-- since it was read. Keeps the numbers of those that may be written. Sent only with decisions of
-- people: a submission never waits for it.
WITH powerless AS (
    SELECT p.n, r.rule
    FROM unnest($1::integer[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[])
        AS p (n, person_id, appointment_id, delegation_id, area_id, trip_id)
    CROSS JOIN LATERAL (
        SELECT authority_refusal(
            p.person_id, p.appointment_id, p.delegation_id, p.area_id, p.trip_id
        ) AS rule
        OFFSET 0
    ) AS r
    WHERE r.rule IS NOT NULL
),
item AS (
    SELECT
        i.n, i.clearance_id, c.state, c.moved_by, c.moved_at, c.entries <> i.entries AS moved,
        h.holder_id, h.claimed_at, h.leased_until
    FROM unnest($7::integer[], $8::uuid[], $9::uuid[], $10::integer[])
        AS i (n, clearance_id, holder_id, entries)
    CROSS JOIN LATERAL (
        SELECT r.state, r.moved_by, r.moved_at, r.entries
        FROM clearance AS r
        WHERE r.clearance_id = i.clearance_id
        OFFSET 0
    ) AS c
    LEFT JOIN LATERAL (
        SELECT l.holder_id, l.claimed_at, l.leased_until
        FROM desk_lease AS l
        WHERE l.clearance_id = i.clearance_id AND l.entries = c.entries
            AND l.leased_until > sc_now() AND l.holder_id <> i.holder_id
        OFFSET 0
    ) AS h ON true
),
kept AS (
    SELECT set_config(
        'safeconduct.accepted', coalesce(array_agg(a.n), '{}')::text, true
    ) AS numbers
    FROM unnest(current_setting('safeconduct.accepted')::integer[]) AS a (n)
    WHERE NOT EXISTS (SELECT FROM powerless AS p WHERE p.n = a.n)
        AND NOT EXISTS (
            SELECT FROM item AS i
            WHERE i.n = a.n AND (i.moved OR i.holder_id IS NOT NULL)
        )
)
SELECT
    NULL::integer AS n, 'accepted' AS verdict, NULL::uuid AS clearance_id, k.numbers AS state,
    NULL::uuid AS person_id, NULL::timestamptz AS at, NULL::timestamptz AS until
FROM kept AS k
UNION ALL
SELECT p.n, 'powerless', NULL, p.rule, NULL, NULL, NULL FROM powerless AS p
UNION ALL
SELECT i.n, 'moved', i.clearance_id, i.state, i.moved_by, i.moved_at, NULL
FROM item AS i
WHERE i.moved
UNION ALL
SELECT i.n, 'held', i.clearance_id, NULL, i.holder_id, i.claimed_at, i.leased_until
FROM item AS i
WHERE i.holder_id IS NOT NULL AND NOT i.moved
