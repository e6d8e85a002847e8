-- One trip by id or by reference, with the sponsors of its travellers. $1 id, $2 reference.
SELECT
    t.trip_id,
    t.reference,
    t.version,
    t.change_no,
    t.trip_kind,
    t.purpose,
    t.organization_id,
    t.requester_id,
    t.personal,
    t.state,
    t.submitted_at,
    t.world_version,
    t.ruleset_version,
    t.travellers,
    t.body,
    t.notes,
    ARRAY(
        SELECT p.sponsor_person_id
        FROM unnest(t.travellers) WITH ORDINALITY AS v (person_id, position)
        LEFT JOIN person AS p ON p.person_id = v.person_id
        ORDER BY v.position
    ) AS sponsors
FROM trip AS t
WHERE t.trip_id = $1 OR t.reference = $2
