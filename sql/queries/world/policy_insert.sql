-- Drafts a version of an area's policy, based on the one in force, whose review it keeps unless
-- another is named. $1 area, $2 version, $3 body, $4 effective from, $5 note, $6 who, $7 in which
-- office, $8 template, $9 review, $10 minutes, $11 wished from.
INSERT INTO area_policy (
    area_id, version, body, demonstration, effective_from, change_note, recorded_by, recorded_as,
    state, based_on, template, review_at, smt_minutes_ref, wished_from
)
SELECT
    p.area_id, $2, $3::text::jsonb, p.demonstration, $4, $5, $6, $7, 'draft', p.version, $8,
    coalesce($9, p.review_at), $10, $11
FROM area_state AS s
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
WHERE s.area_id = $1
