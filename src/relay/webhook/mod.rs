//! Webhooks: events told to addresses that asked for them (Standard Webhooks, `CloudEvents` 1.0).
//!
//! A webhook belongs to the principal that made it, and is told what that principal may see at the
//! time of each delivery. Every event arrives at least once, and those of one trip in their order:
//! the deliverer plans rows from the feed, delivers them, and notes what came of it, so that it can
//! be killed anywhere.

mod deliver;
mod envelope;
mod keep;
mod retry;
mod round;
mod send;
mod signature;

pub use self::deliver::Deliverer;
pub(super) use self::deliver::survey;
pub(super) use self::keep::{Made, Told};
pub use self::keep::{WebhookError, Webhooks};
pub use self::signature::NoRandomness;
pub(super) use self::signature::shown;
