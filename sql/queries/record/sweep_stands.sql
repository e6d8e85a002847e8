-- Notes on clearances that were decided again, and stand, which revision of their area they saw,
-- and counts them; each once in a batch. $1 clearances, $2 their states, $3 revisions, $4 what
-- became of them, $5 organizations; $6 world version, $7 batch.
WITH stood AS (
    UPDATE clearance AS c
    SET
        revision = greatest(c.revision, g.revision),
        world_version = greatest(c.world_version, $6),
        redecision_id = $7
    FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[])
        AS g (clearance_id, state, revision, became, organization_id)
    WHERE
        c.clearance_id = g.clearance_id
        AND c.state = g.state
        AND c.redecision_id IS DISTINCT FROM $7
    RETURNING c.clearance_id, g.became, g.organization_id
),
near AS (
    INSERT INTO redecision_near (redecision_id, clearance_id)
    SELECT $7, s.clearance_id
    FROM stood AS s
    WHERE s.became = 'near'
    ON CONFLICT (redecision_id, clearance_id) DO NOTHING
),
counted AS (
    INSERT INTO redecision_tally (redecision_id, organization_id, became, clearances)
    SELECT $7, s.organization_id, s.became, count(*)
    FROM stood AS s
    GROUP BY s.organization_id, s.became
)
SELECT count(*) AS stood FROM stood
