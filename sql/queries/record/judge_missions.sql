-- Of the records that may be written so far, leaves out those whose mission request is no longer as
-- it was read, and those whose actor may not take the step; answers them. Requests are locked. A
-- trip compares whether its request still lives; a step its version, and the clearances it speaks
-- of.
WITH asked AS (
    SELECT a.*
    FROM unnest(
        $1::integer[], $2::uuid[], $3::boolean[], $4::integer[], $5::text[], $6::uuid[],
        $7::uuid[], $8::text[], $9::text[]
    ) AS a (
        n, mscr_id, live, change_no, step, person_id, appointment_id, organization_id, clearances
    )
),
judged AS (
    SELECT
        a.n,
        coalesce(m.state <> 'refused', false) IS DISTINCT FROM coalesce(a.live, true)
        OR m.change_no IS DISTINCT FROM coalesce(a.change_no, m.change_no)
        OR CASE
            WHEN a.clearances IS NOT NULL THEN a.clearances::uuid[] IS DISTINCT FROM ARRAY(
                SELECT c.clearance_id FROM mscr_clearances(m.mscr_id) AS c ORDER BY c.clearance_id
            )
            ELSE false
        END AS stale,
        CASE
            WHEN a.step IS NOT NULL THEN mscr_refusal(
                a.mscr_id, a.step, a.person_id, a.appointment_id, a.organization_id
            )
        END AS rule
    FROM asked AS a
    LEFT JOIN LATERAL (
        SELECT r.mscr_id, r.state, r.change_no FROM mscr AS r WHERE r.mscr_id = a.mscr_id OFFSET 0
    ) AS m ON true
),
refused AS (
    SELECT j.n, j.stale, j.rule FROM judged AS j WHERE j.stale OR j.rule IS NOT NULL
),
kept AS (
    SELECT set_config(
        'safeconduct.accepted', coalesce(array_agg(a.n), '{}')::text, true
    ) AS numbers
    FROM unnest(current_setting('safeconduct.accepted')::integer[]) AS a (n)
    WHERE NOT EXISTS (SELECT 1 FROM refused AS r WHERE r.n = a.n)
)
SELECT NULL::integer AS n, 'accepted' AS verdict, k.numbers AS state FROM kept AS k
UNION ALL
SELECT r.n, CASE WHEN r.stale THEN 'mission' ELSE 'powerless' END, r.rule FROM refused AS r
