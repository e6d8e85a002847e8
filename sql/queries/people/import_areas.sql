-- Which of these areas there are. $1 ids.
SELECT a.area_id
FROM area AS a
WHERE a.area_id = ANY($1::text[])
