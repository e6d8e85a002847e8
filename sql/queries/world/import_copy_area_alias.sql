-- Current ISO 3166-2 codes of areas.
COPY area_alias (alias, area_id) FROM STDIN
