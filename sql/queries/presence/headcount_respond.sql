-- Writes responses as they came. $1 headcounts, $2 numbers, $3 people, $4 statuses, $5 when it was
-- seen, $6 when it is recorded, $7 by whom, $8 whether it is shown, $9 channels, $10 notes, $11
-- areas.
INSERT INTO headcount_response (
    headcount_id, change, person_id, status, observed_at, recorded_at, recorded_by, shown,
    channel, note, area_id
)
SELECT
    a.headcount_id, a.change, a.person_id, a.status, a.observed_at, $6::timestamptz,
    a.recorded_by, a.shown, a.channel, a.note, a.area_id
FROM
    unnest(
        $1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[], $7::uuid[],
        $8::boolean[], $9::text[], $10::text[], $11::text[]
    )
        AS a (
            headcount_id, change, person_id, status, observed_at, recorded_by, shown, channel,
            note, area_id
        )
