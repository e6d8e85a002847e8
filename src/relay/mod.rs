//! Outbox to feed: numbers committed events.
