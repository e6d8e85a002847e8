-- Makes a transaction durable.
COMMIT
