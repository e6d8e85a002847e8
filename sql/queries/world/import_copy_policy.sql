-- First policies, for merging.
COPY area_policy_in (area_id, version, body, demonstration, effective_from) FROM STDIN
