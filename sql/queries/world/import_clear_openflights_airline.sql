-- Makes room for the imported rows of `openflights_airline`.
DELETE FROM openflights_airline
