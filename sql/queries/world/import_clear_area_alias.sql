-- Makes room for the imported rows of `area_alias`.
DELETE FROM area_alias
