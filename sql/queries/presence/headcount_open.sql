-- Writes a headcount. $1 id, $2 areas, $3 what was drawn, $4 reason, $5 when, $6 who.
INSERT INTO headcount (headcount_id, area_ids, polygon, reason, as_of, opened_by)
VALUES ($1, $2, $3::text::json, $4, $5, $6)
