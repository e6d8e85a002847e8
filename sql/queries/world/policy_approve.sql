-- Approves a version of an area's policy with the body it shall have and its time. $1 area,
-- $2 version, $3 body, $4 effective from, $5 who, $6 in which office.
UPDATE area_policy
SET
    body = $3::text::jsonb,
    effective_from = $4,
    state = 'scheduled',
    approved_by = $5,
    approved_as = $6,
    approved_at = sc_now()
WHERE area_id = $1 AND version = $2 AND state = 'draft'
