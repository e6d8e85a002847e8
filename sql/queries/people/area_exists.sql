-- Whether there is such an area. $1 its id.
SELECT EXISTS (SELECT FROM area AS a WHERE a.area_id = $1) AS known
