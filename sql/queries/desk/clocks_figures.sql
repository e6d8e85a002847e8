-- The queues in figures, one row a queue: how many wait, how long the oldest, how soon the next
-- departs, how many are past their time.
SELECT
    k.queue_area_id,
    count(*) AS items,
    extract(EPOCH FROM now.at - min(k.submitted_at))::double precision AS oldest_seconds,
    extract(
        EPOCH FROM min(k.departs_at) FILTER (WHERE k.departs_at > now.at) - now.at
    )::double precision AS departs_in_seconds,
    count(*) FILTER (
        WHERE least(coalesce(k.due_by, 'infinity'::timestamptz), k.departs_at) <= now.at
    ) AS overdue
FROM (SELECT sc_now() AS at) AS now
CROSS JOIN clearance_clock AS k
WHERE k.waits_for_decision
GROUP BY k.queue_area_id, now.at
