-- Fences drawn by people over HTTP (fine-print.md, "Who may call what", "Suspension, closure and
-- end dates").

-- `review_at` is when a person looks at a fence again: reaching it lifts nothing. `emergency` is a
-- fence with effect deny or mscr that the area's own security staff drew, until an official
-- confirms it. `ended_at` says that its end was told to those whose clearances it froze.
ALTER TABLE fence
ADD COLUMN review_at timestamptz,
ADD COLUMN emergency boolean NOT NULL DEFAULT false,
ADD COLUMN note text,
ADD COLUMN changed_by uuid,
ADD COLUMN changed_at timestamptz,
ADD COLUMN removed_by uuid,
ADD COLUMN ended_at timestamptz;

CREATE INDEX fence_listed ON fence (fence_id) WHERE removed_at IS NULL;
CREATE INDEX fence_ending ON fence (valid_until)
WHERE removed_at IS NULL AND ended_at IS NULL AND effect IN ('deny', 'mscr');

-- Answers kept for repeated requests, a day long.
CREATE TABLE fence_request (
    key_hash bytea PRIMARY KEY,
    fingerprint bytea NOT NULL,
    fence_id uuid NOT NULL,
    body bytea NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX fence_request_made ON fence_request (made_at);

-- Whether a fence stands at an instant by the hours of an area it touches; by UTC at sea.
CREATE FUNCTION fence_stands(f fence, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT
    coalesce(f.valid_from <= at, true)
    AND coalesce(at < f.valid_until, true)
    AND (
        f.hours_from IS NULL
        OR EXISTS (
            SELECT
            FROM (
                SELECT (at AT TIME ZONE a.time_zone)::time AS local
                FROM area AS a
                WHERE a.area_id = ANY(f.area_ids)
                UNION ALL
                SELECT (at AT TIME ZONE 'UTC')::time
                WHERE f.area_ids = '{}'
            ) AS t
            WHERE CASE
                WHEN f.hours_from <= f.hours_to
                    THEN f.hours_from <= t.local AND t.local < f.hours_to
                ELSE f.hours_from <= t.local OR t.local < f.hours_to
            END
        )
    )
$$;
