-- Events after a number, as far as the scope reaches: everywhere; not personal and of one of the
-- organizations; in one of the areas, or in an area of one of the countries. A bounded piece of the
-- feed is looked through; the row without an event says how far.
WITH looked AS (
    SELECT o.feed_seq, o.event_count, o.events
    FROM outbox AS o
    WHERE o.feed_seq > $1::bigint
    ORDER BY o.feed_seq
    LIMIT 1000
),
event AS (
    SELECT
        l.feed_seq - l.event_count + e.place AS seq, e.event,
        (e.event ->> 'personal')::boolean AS personal, e.event ->> 'organization' AS organization,
        ARRAY(SELECT json_array_elements_text(e.event -> 'areas')) AS areas
    FROM looked AS l
    CROSS JOIN LATERAL json_array_elements(l.events) WITH ORDINALITY AS e (event, place)
),
shown AS (
    SELECT e.seq, e.event::text AS event
    FROM event AS e
    WHERE e.seq > $1::bigint
        AND (
            $3::boolean
            OR (NOT e.personal AND e.organization = ANY($4::text[]))
            OR e.areas && $5::text[]
            OR (
                $6::text[] <> '{}'
                AND EXISTS (
                    SELECT 1
                    FROM area AS a
                    WHERE a.area_id = ANY(e.areas) AND a.iso2 = ANY($6::text[])
                )
            )
        )
    ORDER BY e.seq
    LIMIT $2::bigint
)
SELECT s.seq, s.event FROM shown AS s
UNION ALL
SELECT max(l.feed_seq), NULL FROM looked AS l
