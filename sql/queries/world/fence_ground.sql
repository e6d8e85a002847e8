-- What a change of a fence stands on, under the lock `world`: the fence as it is, the areas touched
-- before and after, and those that no appointment of the person's covers. $1 fence, $2 areas
-- touched afterwards, $3 person.
WITH before AS (
    SELECT f.version, f.effect, f.emergency, f.review_at, f.area_ids
    FROM fence AS f
    WHERE f.fence_id = $1 AND f.removed_at IS NULL
),

held AS (
    SELECT h.role, h.area_ids, h.countries
    FROM appointment_in_force AS h
    WHERE
        h.person_id = $3
        AND h.role IN (
            'usg', 'designated_official', 'security_adviser', 'area_security_coordinator'
        )
),

touched AS (
    SELECT
        a.area_id,
        bool_or(h.role IS NOT NULL) AS covered,
        bool_or(coalesce(h.role IN ('usg', 'designated_official'), false)) AS official
    FROM area AS a
    LEFT JOIN held AS h
        ON h.role = 'usg' OR a.area_id = ANY(h.area_ids) OR a.iso2 = ANY(h.countries)
    WHERE
        a.area_id = ANY($2::text[])
        OR a.area_id IN (SELECT unnest(b.area_ids) FROM before AS b)
    GROUP BY a.area_id
)

SELECT
    sc_now() AS now,
    w.version AS world_version,
    b.version AS fence_version,
    b.effect,
    b.emergency,
    b.review_at,
    ARRAY(SELECT t.area_id FROM touched AS t ORDER BY t.area_id) AS touched,
    ARRAY(SELECT t.area_id FROM touched AS t WHERE NOT t.covered ORDER BY t.area_id) AS beyond,
    NOT EXISTS (SELECT FROM touched AS t WHERE NOT t.official) AS is_official,
    EXISTS (SELECT FROM held AS h WHERE h.role = 'usg') AS is_everywhere
FROM world_state AS w
LEFT JOIN before AS b ON true
