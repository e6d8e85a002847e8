-- What of the months of evidence is past its time, oldest first: parts whose last id was made
-- before trips that ended so many months ago were over, with how much of each goes and how much
-- stays. Parts of which nothing goes are left out. $1 months.
WITH cut AS (
    SELECT sc_now() - make_interval(months => $1::integer) AS at
)
SELECT p.part::text AS part, s.goes, s.stays, c.at AS ended_before
FROM cut AS c
INNER JOIN evidence_part AS p ON p.high <= evidence_id_at(c.at)
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE NOT evidence_stays(e.trip_id, c.at)) AS goes,
        count(*) FILTER (WHERE evidence_stays(e.trip_id, c.at)) AS stays
    FROM evidence AS e
    WHERE e.evidence_id >= p.low AND e.evidence_id < p.high
) AS s
WHERE s.goes > 0
ORDER BY p.low
