-- Shows the latest observation of each person. $1 headcounts, $2 people, $3 statuses, $4 when it was
-- seen, $5 numbers of the responses; each person once.
UPDATE headcount_entry AS e
SET status = a.status, observed_at = a.observed_at, change = a.change
FROM
    unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::bigint[])
        AS a (headcount_id, person_id, status, observed_at, change)
WHERE e.headcount_id = a.headcount_id AND e.person_id = a.person_id
