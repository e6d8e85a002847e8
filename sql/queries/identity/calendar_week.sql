-- Sets an area's own working week. $1 area, $2 days, $3 opens, $4 closes, $5 who.
INSERT INTO working_week AS w (area_id, week_days, opens, closes, changed_by)
VALUES ($1, $2::smallint[], $3::text::time, $4::text::time, $5)
ON CONFLICT (area_id, country) DO UPDATE SET
    week_days = excluded.week_days, opens = excluded.opens, closes = excluded.closes,
    changed_by = excluded.changed_by, changed_at = sc_now()
