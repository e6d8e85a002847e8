-- Makes room for the imported rows of `territory`.
DELETE FROM territory
