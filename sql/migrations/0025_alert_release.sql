-- A message in quarantine is released by a person who puts right what is wrong with it.

-- The message as corrected is a row of its own; the one that came is `released`, stays as it came,
-- and leaves its key to the other.
ALTER TABLE alert
DROP CONSTRAINT alert_state_check,
ADD CONSTRAINT alert_state_check CHECK (
    state IN ('accepted', 'repaired', 'quarantined', 'duplicate', 'no_effect', 'released')
),
ADD COLUMN corrects uuid UNIQUE REFERENCES alert, -- the message in whose place it was taken in
ADD COLUMN corrected_by uuid,                     -- who put it right
ADD COLUMN correction text,                       -- what was put right, and why
ADD CONSTRAINT alert_correction CHECK (
    num_nonnulls(corrects, corrected_by, correction) IN (0, 3)
);
