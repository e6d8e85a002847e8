-- Shows the latest observation of each person. $1 headcounts, $2 people, $3 statuses, $4 when it
-- was seen, $5 numbers of the responses; each person once. Each is looked up by key, also by a plan
-- that was made while there were few, and updated where it was found: under the headcount's lock
-- nobody else touches it.
UPDATE headcount_entry AS e
SET status = p.status, observed_at = p.observed_at, change = p.change
FROM (
    SELECT l.place, a.status, a.observed_at, a.change
    FROM
        unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::bigint[])
            AS a (headcount_id, person_id, status, observed_at, change)
    CROSS JOIN LATERAL (
        SELECT o.ctid AS place
        FROM headcount_entry AS o
        WHERE o.headcount_id = a.headcount_id AND o.person_id = a.person_id
        OFFSET 0
    ) AS l
) AS p
WHERE e.ctid = p.place
