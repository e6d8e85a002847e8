-- The change itself, as the service writes one: suspended or open again, or another level. Answers
-- the batch. :area which, :change `suspend` or `level`.
BEGIN;
SELECT lock_world_exclusive();
UPDATE world_state SET version = version + 1, changed_at = sc_now();
UPDATE area_state AS s
SET
    status = CASE
        WHEN :'change' <> 'suspend' THEN s.status
        WHEN s.status = 'open' THEN 'suspended'
        ELSE 'open'
    END,
    status_since = sc_now(),
    security_level = CASE
        WHEN :'change' <> 'level' THEN s.security_level
        WHEN s.security_level = 2 THEN 1
        ELSE 2
    END,
    revision = w.version
FROM world_state AS w
WHERE s.area_id = :'area';
INSERT INTO redecision (redecision_id, area_id, cause, world_version)
SELECT
    gen_random_uuid(), s.area_id,
    CASE
        WHEN :'change' = 'level' THEN 'level'
        WHEN s.status = 'open' THEN 'reopened'
        ELSE 'suspended'
    END,
    s.revision
FROM area_state AS s
WHERE s.area_id = :'area'
RETURNING redecision_id AS made \gset
SELECT pg_notify('world', version::text) FROM world_state;
COMMIT;
SELECT :'made';
