-- Mission security clearance requests that live: nobody has refused them. $1 ids.
SELECT
    m.mscr_id,
    m.area_ids,
    m.window_from,
    m.window_to,
    m.state = 'granted' AS granted,
    ARRAY(
        SELECT p.person_id FROM mscr_person AS p
        WHERE p.mscr_id = m.mscr_id
        ORDER BY p.person_id
    ) AS people
FROM mscr AS m
WHERE m.mscr_id = ANY($1::uuid[]) AND m.state <> 'refused'
