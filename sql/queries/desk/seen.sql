-- What is kept of a decision beside its words: the traveller's certificates and the places taken on
-- its nights, as they are now. $1 clearance ids.
-- What is asked is a step of its own: a planner that saw how many there are would make a plan for
-- every decision, which takes longer than the looking.
WITH asked AS MATERIALIZED (
    SELECT $1::uuid[] AS clearances
)

SELECT
    c.clearance_id,
    (
        SELECT
            coalesce(
                json_agg(
                    json_build_object(
                        'course', k.course, 'completed_on', k.completed_on,
                        'expires_on', k.expires_on, 'state', k.state
                    )
                    ORDER BY k.course, k.completed_on
                ),
                '[]'
            )
        FROM certificate AS k
        WHERE k.person_id = c.person_id
    ) AS certificates,
    (
        SELECT
            coalesce(
                json_agg(
                    json_build_object(
                        'night', n.night, 'count', n.key_kind || ':' || n.key,
                        'committed', n.committed, 'residents', n.residents
                    )
                    ORDER BY n.night, n.key_kind, n.key
                ),
                '[]'
            )
        FROM (
            SELECT
                array_agg(h.area_id) AS areas, array_agg(h.night) AS nights,
                array_agg(split_part(h.named, ':', 1)) AS kinds,
                array_agg(substr(h.named, strpos(h.named, ':') + 1)) AS keys
            FROM (
                SELECT c.area_id, d.night, k.named
                FROM unnest(c.place_nights) AS d (night)
                CROSS JOIN unnest(c.place_keys) AS k (named)
            ) AS h
        ) AS held
        CROSS JOIN LATERAL night_places(held.areas, held.nights, held.kinds, held.keys) AS n
    ) AS places
FROM asked
CROSS JOIN LATERAL unnest(asked.clearances) AS a (clearance_id)
CROSS JOIN LATERAL (
    SELECT r.clearance_id, r.person_id, r.area_id, r.place_nights, r.place_keys
    FROM clearance AS r
    WHERE r.clearance_id = a.clearance_id
    OFFSET 0
) AS c
