//! Tests against a real PostgreSQL and Redis, over HTTP.
