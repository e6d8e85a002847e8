-- A person may dismiss a message in quarantine that is not worth putting right, with the reason.

-- It stays as it came and keeps its key: the same message again repeats it.
ALTER TABLE alert
DROP CONSTRAINT alert_state_check,
ADD CONSTRAINT alert_state_check CHECK (
    state IN (
        'accepted', 'repaired', 'quarantined', 'duplicate', 'no_effect', 'released', 'dismissed'
    )
),
ADD COLUMN dismissed_by uuid,        -- who did not want it put right
ADD COLUMN dismissed_at timestamptz, -- when
ADD COLUMN dismissal text,           -- why
ADD CONSTRAINT alert_dismissal CHECK (
    num_nonnulls(dismissed_by, dismissed_at, dismissal) IN (0, 3)
);
