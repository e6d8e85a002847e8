-- Makes room for the imported rows of `attribution`.
DELETE FROM attribution
