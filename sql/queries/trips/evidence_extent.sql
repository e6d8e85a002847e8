-- How far evidence reaches: the last id, none where there is none, and how many there are.
SELECT
    (SELECT e.evidence_id FROM evidence AS e ORDER BY e.evidence_id DESC LIMIT 1) AS last,
    (SELECT count(*) FROM evidence) AS count
