-- Telling people of what is to come (domain.md c.11): who will lack a course under a policy that is
-- approved for a later time is warned, and who has a live stay where an advisory was published is
-- told. Both are batches that decide live clearances again; neither moves any.

ALTER TABLE redecision DROP CONSTRAINT redecision_cause_check;
ALTER TABLE redecision ADD CONSTRAINT redecision_cause_check CHECK (
    cause IN (
        'suspended', 'closed', 'reopened', 'policy', 'level', 'band', 'fence', 'person',
        'certificate', 'deactivated', 'announced', 'advisory', 'place'
    )
);
