-- Notes which clearances stand in for successors that are not decided yet.
UPDATE clearance AS c SET successor_id = a.successor_id
FROM unnest($1::integer[], $2::uuid[], $3::uuid[]) AS a (n, clearance_id, successor_id)
WHERE c.clearance_id = a.clearance_id
    AND a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
