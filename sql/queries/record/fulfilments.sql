-- Notes that obligations were met; the first word stands.
UPDATE obligation AS o
SET done_at = a.at, done_by = a.person_id, proof = a.proof
FROM unnest(
    $1::integer[], $2::uuid[], $3::integer[], $4::timestamptz[], $5::uuid[], $6::text[]
) AS a (n, clearance_id, number, at, person_id, proof)
WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
    AND o.clearance_id = a.clearance_id AND o.number = a.number AND o.done_at IS NULL
