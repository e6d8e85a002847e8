-- Notes on clearances that were decided again, and stand, which revision of their area they saw,
-- counts them, and tells what there is to tell; each once in a batch. $1 clearances, $2 their
-- states, $3 revisions, $4 what became of them, $5 organizations, $6 kinds of events, $7 their ids,
-- $8 reasons; $9 world version, $10 batch, $11 time.
WITH stood AS (
    UPDATE clearance AS c
    SET
        revision = greatest(c.revision, g.revision),
        world_version = greatest(c.world_version, $9),
        redecision_id = $10
    FROM unnest(
        $1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::uuid[],
        $8::text[]
    ) AS g (clearance_id, state, revision, became, organization_id, kind, event_id, reasons)
    WHERE
        c.clearance_id = g.clearance_id
        AND c.state = g.state
        AND c.redecision_id IS DISTINCT FROM $10
    RETURNING
        c.clearance_id, c.trip_id, c.area_id, g.became, g.organization_id, g.kind, g.event_id,
        g.reasons::text[] AS reasons
),
near AS (
    INSERT INTO redecision_near (redecision_id, clearance_id)
    SELECT $10, s.clearance_id
    FROM stood AS s
    WHERE s.became = 'near'
    ON CONFLICT (redecision_id, clearance_id) DO NOTHING
),
counted AS (
    INSERT INTO redecision_tally (redecision_id, organization_id, became, clearances)
    SELECT $10, s.organization_id, s.became, count(*)
    FROM stood AS s
    GROUP BY s.organization_id, s.became
),
changed AS (
    UPDATE trip AS t
    SET change_no = t.change_no + 1
    FROM (SELECT DISTINCT o.trip_id FROM stood AS o WHERE o.kind IS NOT NULL) AS s
    WHERE t.trip_id = s.trip_id
    RETURNING t.trip_id, t.version, t.change_no, t.organization_id, t.personal
),
told AS (
    INSERT INTO outbox (trip_id, change_no, written_at, event_count, events)
    SELECT
        t.trip_id, t.change_no, $11::timestamptz, count(*),
        json_agg(
            json_build_object(
                'event_id', s.event_id, 'kind', s.kind, 'at', $11, 'trip_id', t.trip_id,
                'trip_version', t.version, 'clearance_id', s.clearance_id,
                'areas', ARRAY[s.area_id], 'organization', t.organization_id,
                'personal', t.personal, 'reasons', s.reasons, 'redecision_id', $10
            )
            ORDER BY s.clearance_id
        )
    FROM changed AS t
    INNER JOIN stood AS s ON s.trip_id = t.trip_id AND s.kind IS NOT NULL
    GROUP BY t.trip_id, t.version, t.change_no, t.organization_id, t.personal
)
SELECT count(*) AS stood FROM stood
