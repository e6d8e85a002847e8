-- A page of evidence by id; no body where it is erased. $1 after this id, $2 up to and with this
-- one, $3 at most.
SELECT
    e.evidence_id,
    e.body
FROM evidence AS e
WHERE e.evidence_id > $1 AND e.evidence_id <= $2
ORDER BY e.evidence_id
LIMIT $3
