//! Telling others against a real PostgreSQL: webhooks to a receiver of the test's own, live streams.

mod endpoints;
mod failing;
mod keeping;
mod killed;
mod numbering;
mod order;
mod outbox;
pub(crate) mod reading;
mod receiver;
mod replicas;
mod sight;
mod streams;
