//! Feeds of alerts that officials have put on the list: which they are, and fetching them.
//!
//! | file | what |
//! | --- | --- |
//! | `listing` | Atom and RSS as a list of entries, each a link or a message itself |
//! | `fetch` | one request to a feed, through the guard of addresses outside |
//! | `poll` | the loop: fetches what is due, takes in what is new, does what is due |

mod fetch;
mod listing;
mod poll;
mod store;

use jiff::Timestamp;
use uuid::Uuid;

pub use self::poll::Poller;
use super::cap::Severity;
use crate::access::ScopeArrays;
use crate::database::{Database, DatabaseError};
use crate::model::{Claim, FenceEffect, PersonId};

/// A feed to be put on the list.
#[derive(Debug, Clone)]
pub(in crate::world) struct NewFeed {
    /// What it is called.
    pub(in crate::world) name: String,
    /// Where it is fetched.
    pub(in crate::world) url: Option<String>,
    /// The machine that sends it.
    pub(in crate::world) client_id: Option<Uuid>,
    /// Countries it is about.
    pub(in crate::world) countries: Vec<String>,
    /// Areas it is about.
    pub(in crate::world) area_ids: Vec<String>,
    /// Whose messages count; empty for anybody's.
    pub(in crate::world) senders: Vec<String>,
    /// From which severity it has effects without a person.
    pub(in crate::world) apply_from: Option<Severity>,
    /// Which: condition or manual.
    pub(in crate::world) apply_effect: FenceEffect,
}

/// A feed on the list.
#[derive(Debug, Clone)]
pub(in crate::world) struct FeedRow {
    /// Its id.
    pub(in crate::world) feed_id: Uuid,
    /// What it is called.
    pub(in crate::world) name: String,
    /// Where it is fetched.
    pub(in crate::world) url: Option<String>,
    /// The machine that sends it.
    pub(in crate::world) client_id: Option<Uuid>,
    /// Countries it is about.
    pub(in crate::world) countries: Vec<String>,
    /// Areas it is about.
    pub(in crate::world) area_ids: Vec<String>,
    /// Whose messages count.
    pub(in crate::world) senders: Vec<String>,
    /// From which severity it has effects without a person.
    pub(in crate::world) apply_from: Option<String>,
    /// Which.
    pub(in crate::world) apply_effect: String,
    /// Who put it on the list.
    pub(in crate::world) created_by: Uuid,
    /// When.
    pub(in crate::world) created_at: Timestamp,
    /// When it was fetched last.
    pub(in crate::world) polled_at: Option<Timestamp>,
    /// Fetches in vain since the last that was not.
    pub(in crate::world) failures: i32,
    /// Why the last one was in vain.
    pub(in crate::world) fault: Option<String>,
}

/// Why a feed is not put on the list.
#[derive(Debug, thiserror::Error)]
pub(in crate::world) enum FeedError {
    /// No appointment in force permits it for all of the feed's land.
    #[error("no appointment in force permits this for all of the feed's land")]
    NotPermitted,
    /// There is no such machine.
    #[error("`client_id` is not known")]
    UnknownClient,
    /// The key was used with another body.
    #[error("this key was used with another body")]
    KeyReused,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Puts a feed on the list; false where the same request has done so before.
pub(in crate::world) async fn add_feed(
    database: &Database,
    (feed_id, claim): (Uuid, &Claim),
    new: &NewFeed,
    by: PersonId,
) -> Result<bool, FeedError> {
    let known = store::known(database, feed_id, new.client_id).await?;
    match known.fingerprint {
        Some(fingerprint) if fingerprint == claim.fingerprint => return Ok(false),
        Some(_) => return Err(FeedError::KeyReused),
        None => {}
    }
    if new.client_id.is_some() && !known.client_known {
        return Err(FeedError::UnknownClient);
    }
    store::insert(database, (feed_id, claim), new, by).await?;
    let written = store::known(database, feed_id, None).await?.fingerprint;
    if written.is_none() {
        return Err(FeedError::NotPermitted);
    }
    Ok(true)
}

/// Feeds on the list for land in sight, after one of a time and id; or one alone.
pub(in crate::world) async fn feeds(
    database: &Database,
    sight: &ScopeArrays,
    after: Option<(Timestamp, Uuid)>,
    (one, limit): (Option<Uuid>, i64),
) -> Result<Vec<FeedRow>, DatabaseError> {
    store::list(database, sight, after, (one, limit)).await
}

/// Takes a feed off the list.
pub(in crate::world) async fn remove_feed(
    database: &Database,
    feed_id: Uuid,
    by: PersonId,
) -> Result<(), DatabaseError> {
    store::remove(database, feed_id, by).await
}
