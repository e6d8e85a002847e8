-- Makes room for the imported rows of `airport`.
DELETE FROM airport
