-- When areas and countries work, where it is not the usual week.
SELECT area_id, country, week_days, opens::text AS opens, closes::text AS closes
FROM working_week
