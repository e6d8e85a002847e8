-- Obligations of approvals that are owed past their time.
SELECT count(*) AS overdue
FROM obligation_in_force AS o
INNER JOIN clearance AS c ON c.clearance_id = o.clearance_id
WHERE o.done_at IS NULL AND o.due_at <= sc_now()
    AND c.state IN ('approved', 'suspended', 'completed')
