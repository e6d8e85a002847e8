//! Outbox to feed: numbers committed events, and shows them.
//!
//! Rows of the outbox commit in no public order. One relay at a time gives them consecutive
//! numbers; readers go by those alone, so that nobody misses an event that committed late. The
//! relay is woken when something was written here, and also polls, for what others wrote.

mod numbering;
mod routes;
mod store;

pub use self::numbering::start;
pub use self::routes::{Api, configure};
pub use self::store::Feed;
