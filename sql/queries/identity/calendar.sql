-- An area with its own calendar, and its country's. $1 area.
SELECT
    a.area_id,
    a.iso2,
    coalesce(k.version, 0) AS version,
    k.changed_by,
    k.changed_at,
    w.week_days,
    w.opens::text AS opens,
    w.closes::text AS closes,
    own.days,
    own.names,
    c.week_days AS country_week_days,
    c.opens::text AS country_opens,
    c.closes::text AS country_closes,
    theirs.days AS country_days,
    theirs.names AS country_names
FROM area AS a
LEFT JOIN area_calendar AS k ON k.area_id = a.area_id
LEFT JOIN working_week AS w ON w.area_id = a.area_id
LEFT JOIN working_week AS c ON c.country = a.iso2
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(h.day ORDER BY h.day), '{}') AS days,
        coalesce(array_agg(h.name ORDER BY h.day), '{}') AS names
    FROM holiday AS h
    WHERE h.area_id = a.area_id
) AS own
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(h.day ORDER BY h.day), '{}') AS days,
        coalesce(array_agg(h.name ORDER BY h.day), '{}') AS names
    FROM holiday AS h
    WHERE h.country = a.iso2
) AS theirs
WHERE a.area_id = $1
