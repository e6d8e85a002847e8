-- Makes room for the imported rows of `city`.
DELETE FROM city
