-- Sets when clearances are looked at next. One that has moved since it was looked at, or is being
-- moved, is left: its move has set it. $1 clearances, $2 the entries since which they wait,
-- $3 when, $4 departures of their trips.
WITH asked AS (
    SELECT k.clearance_id, a.next_at, a.departs_at
    FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::timestamptz[])
        AS a (clearance_id, entry, next_at, departs_at)
    INNER JOIN clearance_clock AS k ON k.clearance_id = a.clearance_id AND k.entry = a.entry
    FOR UPDATE OF k SKIP LOCKED
)
UPDATE clearance_clock AS k
SET next_at = a.next_at, departs_at = a.departs_at
FROM asked AS a
WHERE k.clearance_id = a.clearance_id
