-- Every area with its state and the policy in force, in order of id.
SELECT
    a.area_id,
    a.name,
    a.name_en,
    a.name_fr,
    a.name_es,
    a.name_ru,
    a.name_zh,
    a.name_ar,
    a.iso2,
    a.iso_3166_2,
    a.kind,
    a.lon,
    a.lat,
    a.vertex_lon,
    a.vertex_lat,
    a.area_km2,
    a.time_zone,
    a.time_zone_basis,
    s.security_level,
    s.risk_band,
    s.status,
    s.status_since,
    s.review_at,
    s.status_reason,
    s.unconfirmed_since,
    s.advisory_version,
    s.advisory_id,
    s.revision,
    p.body::text AS policy
FROM area AS a
INNER JOIN area_state AS s USING (area_id)
INNER JOIN area_policy AS p ON p.area_id = s.area_id AND p.version = s.policy_version
ORDER BY a.area_id
