-- Whether people hold courses on days: the best certificate that stands, verified before claimed,
-- never expiring before expiring. Who is unknown or out of sight answers as one who holds nothing.
-- $1 number of the question, $2 person or null, $3 organization and $4 staff number instead,
-- $5 course, $6 day; $7 everything, $8 persons, $9 organizations, $10 areas, $11 countries.
SELECT
    q.question,
    p.person_id,
    c.completed_on,
    c.expires_on,
    c.state
FROM unnest($1::integer[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[])
    AS q (question, person_id, organization_id, staff_no, course, day)
INNER JOIN person AS p
    ON (
        p.person_id = q.person_id
        OR (p.organization_id = q.organization_id AND p.staff_no = q.staff_no)
    )
LEFT JOIN LATERAL (
    SELECT
        h.completed_on,
        h.expires_on,
        h.state
    FROM certificate AS h
    WHERE
        h.person_id = p.person_id
        AND h.course = q.course
        AND h.state <> 'revoked'
        AND h.completed_on <= q.day
        AND (h.expires_on IS NULL OR h.expires_on >= q.day)
    ORDER BY h.state DESC, h.expires_on DESC NULLS FIRST, h.completed_on DESC
    LIMIT 1
) AS c ON TRUE
WHERE
    $7::boolean
    OR p.person_id = ANY($8::uuid[])
    OR p.sponsor_person_id = ANY($8::uuid[])
    OR p.organization_id = ANY($9::text[])
    OR EXISTS (
        SELECT
        FROM trip_traveller AS t
        INNER JOIN clearance AS l ON l.trip_id = t.trip_id AND l.person_id = t.person_id
        LEFT JOIN area AS a ON a.area_id = l.area_id
        WHERE
            t.person_id = p.person_id
            AND t.covers_until >= sc_now()
            AND t.live
            AND coalesce(l.valid_to, 'infinity') >= sc_now()
            AND l.state NOT IN (
                'cancelled', 'superseded', 'expired', 'completed', 'denied', 'revoked'
            )
            AND (l.area_id = ANY($10::text[]) OR a.iso2 = ANY($11::text[]))
    )
