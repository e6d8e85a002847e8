-- Lets clearances that are to become positive and hold nothing take what the ceilings in force ask
-- for: one that a rule had refused, and an official admits. $1 clearances.
SELECT count_visitors_anew(ARRAY(
    SELECT c.clearance_id
    FROM unnest($1::uuid[]) AS q (clearance_id)
    CROSS JOIN LATERAL (
        SELECT r.clearance_id, r.place_keys
        FROM clearance AS r
        WHERE r.clearance_id = q.clearance_id
        OFFSET 0
    ) AS c
    WHERE c.place_keys IS NULL
))
