-- Makes room for the imported rows of `subdivision`.
DELETE FROM subdivision
