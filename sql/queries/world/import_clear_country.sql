-- Makes room for the imported rows of `country`.
DELETE FROM country
