-- The change itself, as the service writes one. Answers the batch. :area which; :change `suspend`
-- (open again, where it is suspended), `level` (another one), `policy` (another version, by which
-- everyone is decided again and stands) or `manual` (one that leaves the area to a person).
BEGIN;
SELECT lock_world_exclusive();
UPDATE world_state SET version = version + 1, changed_at = sc_now();
INSERT INTO area_policy (area_id, version, body, demonstration, effective_from)
SELECT
    p.area_id, p.version + 1,
    p.body || jsonb_build_object(
        'version', p.version + 1,
        'lead_time_hours_manual', (p.body ->> 'lead_time_hours_manual')::integer + 1
    ) || CASE
        WHEN :'change' = 'manual'
            THEN '{"clearance_mode": "manual", "mode_overrides": []}'::jsonb
        ELSE '{}'::jsonb
    END,
    p.demonstration, sc_now()
FROM area_state AS s
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
WHERE s.area_id = :'area' AND :'change' IN ('policy', 'manual');
UPDATE area_state AS s
SET
    status = CASE
        WHEN :'change' <> 'suspend' THEN s.status
        WHEN s.status = 'open' THEN 'suspended'
        ELSE 'open'
    END,
    status_since = CASE WHEN :'change' = 'suspend' THEN sc_now() ELSE s.status_since END,
    security_level = CASE
        WHEN :'change' <> 'level' THEN s.security_level
        WHEN s.security_level = 2 THEN 1
        ELSE 2
    END,
    policy_version = s.policy_version + (:'change' IN ('policy', 'manual'))::integer,
    revision = w.version
FROM world_state AS w
WHERE s.area_id = :'area';
INSERT INTO redecision (redecision_id, area_id, cause, world_version)
SELECT
    gen_random_uuid(), s.area_id,
    CASE
        WHEN :'change' = 'level' THEN 'level'
        WHEN :'change' IN ('policy', 'manual') THEN 'policy'
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
