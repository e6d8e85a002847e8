-- What clearances that are to become positive hold now and would take, with the ceilings in force;
-- whether they were permitted to go above, and whether the one who moves them may permit it
-- (R-506): whoever holds, in writing and at the database's time, the role the policy names, and is
-- no party to the trip (R-804). $1 records of the batch, $2 clearances, $3 who moves them.
SELECT
    q.n, c.clearance_id, c.state, c.area_id, c.place_nights, c.place_keys, c.counts_arrival,
    c.arrive, p.version AS policy_version,
    ARRAY(
        SELECT ceiling_of(p.body, k.named)
        FROM unnest(c.place_keys) WITH ORDINALITY AS k (named, place)
        ORDER BY k.place
    ) AS ceilings,
    EXISTS (SELECT FROM ceiling_override AS o WHERE o.clearance_id = c.clearance_id) AS permitted,
    EXISTS (
        SELECT
        FROM appointment_in_force AS h
        INNER JOIN area AS a ON a.area_id = c.area_id
        WHERE h.person_id = q.person_id
            AND h.role = coalesce(p.body ->> 'overbook_allowed_by', 'designated_official')
            AND (h.role = 'usg' OR a.area_id = ANY(h.area_ids) OR a.iso2 = ANY(h.countries))
    ) AND NOT EXISTS (
        SELECT FROM trip_parties(c.trip_id) AS t WHERE t.person_id = q.person_id
    ) AS may_permit
FROM unnest($1::integer[], $2::uuid[], $3::uuid[]) AS q (n, clearance_id, person_id)
CROSS JOIN LATERAL (
    SELECT
        r.clearance_id, r.trip_id, r.state, r.area_id, r.place_nights, r.place_keys,
        r.counts_arrival, r.arrive
    FROM clearance AS r
    WHERE r.clearance_id = q.clearance_id
    OFFSET 0
) AS c
INNER JOIN area_state AS s ON s.area_id = c.area_id
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
