-- Current ISO 3166-2 codes with their areas.
SELECT alias, area_id FROM area_alias ORDER BY alias, area_id
