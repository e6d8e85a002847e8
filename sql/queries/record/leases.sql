-- Ends the leases on clearances that were decided: whoever decided is done with them.
DELETE FROM desk_lease AS l
USING unnest($1::integer[], $2::uuid[]) AS a (n, clearance_id)
WHERE l.clearance_id = a.clearance_id
    AND a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
