-- Publishes the next version of an area's advisory and takes its draft away, if it was of it. The
-- world's version rises so that every replica takes it over; the area's revision stays, for no
-- decision depends on an advisory. $1 area, $2 id, $3 version, $4 default language, $5 change
-- summary, $6 texts, $7 who wrote it, $8 who publishes, $9 by which appointment, $10 when, $11
-- whether the draft stays.
WITH raised AS (
    UPDATE world_state
    SET version = version + 1, changed_at = $10
    RETURNING version
),

written AS (
    INSERT INTO advisory (
        advisory_id, area_id, version, supersedes, default_language, change_summary, texts,
        drafted_by, published_by, appointment_id, published_at
    )
    VALUES ($2, $1, $3, nullif($3 - 1, 0), $4, $5, $6::text::jsonb, $7, $8, $9, $10)
    RETURNING area_id, advisory_id, version
),

changed AS (
    UPDATE area_state AS s
    SET advisory_version = w.version, advisory_id = w.advisory_id, advisory_changed = r.version
    FROM written AS w
    CROSS JOIN raised AS r
    WHERE s.area_id = w.area_id
),

-- whoever has a live stay there is told
asked AS (
    INSERT INTO redecision (redecision_id, area_id, cause, world_version, requested_by)
    SELECT gen_random_uuid(), $1, 'advisory', r.version, $8
    FROM raised AS r
),

used AS (
    DELETE FROM advisory_draft WHERE area_id = $1 AND NOT $11::boolean
)

SELECT r.version, pg_notify('world', r.version::text) FROM raised AS r
