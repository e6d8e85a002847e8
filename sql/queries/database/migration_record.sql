-- Notes a migration as applied.
INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)
