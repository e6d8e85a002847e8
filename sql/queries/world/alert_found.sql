-- What cancellations waited for has come. $1 the cancellations.
UPDATE alert
SET
    state = 'accepted',
    waits = false,
    remarks = coalesce(
        (
            SELECT jsonb_agg(r.remark)
            FROM jsonb_array_elements(remarks) AS r (remark)
            WHERE r.remark ->> 'code' <> 'REFERENCE_MISSING'
        ),
        '[]'
    )
WHERE alert_id = ANY($1::uuid[]) AND waits
