SELECT EXISTS (SELECT 1 FROM database_marker WHERE name = $1) AS marked
