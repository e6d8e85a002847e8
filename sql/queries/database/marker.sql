-- Whether the database carries a marker, such as that of demonstrations.
SELECT EXISTS (SELECT 1 FROM database_marker WHERE name = $1) AS marked
