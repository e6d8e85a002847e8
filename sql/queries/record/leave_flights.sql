-- Takes the people of an amended trip off the flights of its version before.
DELETE FROM trip_flight AS f
USING unnest($1::integer[], $2::text[], $3::text[], $4::date[], $5::uuid[])
    AS a (n, organization_id, flight, day, trip_id)
WHERE f.organization_id = a.organization_id AND f.flight = a.flight AND f.day = a.day
    AND f.trip_id = a.trip_id
    AND a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
