//! The only writer of trips, clearances, evidence, ledger entries, outbox, counts and keys.
