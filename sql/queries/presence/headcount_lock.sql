-- Takes headcounts until the end of the transaction, in the order of their ids, so that no two can
-- block each other: responses are numbered one after the other. $1 headcounts.
SELECT h.headcount_id
FROM headcount AS h
WHERE h.headcount_id = ANY($1::uuid[])
ORDER BY h.headcount_id
FOR NO KEY UPDATE
