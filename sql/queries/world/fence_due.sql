-- Whether a fence that may have frozen clearances has come to its end and nobody was told.
SELECT
FROM fence AS f
WHERE
    f.removed_at IS NULL
    AND f.ended_at IS NULL
    AND f.effect IN ('deny', 'mscr')
    AND f.valid_until <= sc_now()
LIMIT 1
