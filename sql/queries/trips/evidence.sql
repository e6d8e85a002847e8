-- What a decision was given; no body once it is erased. $1 evidence id.
SELECT
    e.evidence_id,
    e.body
FROM evidence AS e
WHERE e.evidence_id = $1
