//! PostgreSQL: pools, migrations, statement loading, the read and write lanes' mechanics; no domain rule.
