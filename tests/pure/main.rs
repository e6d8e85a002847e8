//! Tests without services: geometry, rules, architecture.
