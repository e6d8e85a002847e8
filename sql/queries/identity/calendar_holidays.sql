-- Writes an area's own holidays. $1 area, $2 days, $3 their names.
INSERT INTO holiday (area_id, day, name)
SELECT $1, h.day, h.name
FROM unnest($2::date[], $3::text[]) AS h (day, name)
