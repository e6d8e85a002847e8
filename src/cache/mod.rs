//! Redis: connection and health; no domain rule.
