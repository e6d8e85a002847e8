-- First standings, for merging.
COPY area_state_in (
    area_id, security_level, risk_band, status, status_since, review_at, status_reason,
    policy_version, demonstration, revision
) FROM STDIN
