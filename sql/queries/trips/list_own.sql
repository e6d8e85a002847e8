-- Ids of trips of people and their dependants, newest first. $1 people, $2 only
-- ids before this one, $3 at most, $4 traveller, $5 state, $6 area, $7 and $8 first departure from
-- and before.
SELECT t.trip_id
FROM trip AS t
WHERE
    t.trip_id IN (
        SELECT o.trip_id
        FROM trip_traveller AS o
        INNER JOIN person AS p ON p.person_id = o.person_id
        WHERE p.person_id = ANY($1::uuid[]) OR p.sponsor_person_id = ANY($1::uuid[])
    )
    AND ($2::uuid IS NULL OR t.trip_id < $2)
    AND ($4::uuid IS NULL OR $4 = ANY(t.travellers))
    AND ($5::text IS NULL OR t.state = $5)
    AND (
        $6::text IS NULL
        OR EXISTS (
            SELECT FROM clearance AS c
            WHERE c.trip_id = t.trip_id AND c.area_id = $6 AND c.state <> 'superseded'
        )
    )
    AND ($7::timestamptz IS NULL OR t.starts_at >= $7)
    AND ($8::timestamptz IS NULL OR t.starts_at < $8)
ORDER BY t.trip_id DESC
LIMIT $3
