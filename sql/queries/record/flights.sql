-- Writes how many people of an organization a trip brings onto each flight (R-703).
INSERT INTO trip_flight (organization_id, flight, day, trip_id, people)
SELECT a.organization_id, a.flight, a.day, a.trip_id, a.people
FROM unnest($1::integer[], $2::text[], $3::text[], $4::date[], $5::uuid[], $6::integer[])
    AS a (n, organization_id, flight, day, trip_id, people)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
