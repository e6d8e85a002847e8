-- Whether somebody should look for fences that are long past, at most once in an hour; answers the
-- time before which no live stay needs one: a month ago, or a day before the first of them began.
WITH claimed AS (
    UPDATE fence_sweep
    SET swept_at = sc_now()
    WHERE
        swept_at <= sc_now() - interval '1 hour'
        AND EXISTS (
            SELECT
            FROM fence AS f
            WHERE
                f.removed_at IS NULL
                AND f.forgotten_at IS NULL
                AND f.valid_until < sc_now() - interval '30 days'
        )
    RETURNING swept_at
)

SELECT
    least(
        c.swept_at - interval '30 days',
        (
            SELECT min(l.arrive_at) - interval '1 day'
            FROM clearance AS l
            WHERE
                l.state IN (
                    'notified', 'cleared', 'pending_review', 'returned', 'recommended',
                    'escalated', 'approved', 'under_appeal', 'suspended'
                )
                AND coalesce(l.valid_to, 'infinity'::timestamptz) > c.swept_at
        )
    ) AS horizon
FROM claimed AS c
