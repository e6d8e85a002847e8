//! Deciding live clearances again after a change (domain.md c.11), and those that wait for a place
//! when one is given back (c.5).
//!
//! A change writes a row in its own transaction; this loop takes the rows in order, lists the live
//! clearances that have not seen the change, and has each trip decided again. It can be stopped
//! anywhere: what is left is listed again. After it, no live positive clearance of the area carries
//! an older revision, for no commit with an older one comes through (fine-print.md, "World changes
//! and commits in flight").

mod batch;
mod folded;
mod places;
mod store;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

use self::batch::{Batch, batches};
pub(in crate::world) use self::batch::{Touched, together};
use self::places::Given;
use self::store::OpenRow;
pub(in crate::world) use self::store::{near, tally, touched};
use crate::atlas::{Atlas, AtlasFault};
use crate::cache::Snapshot;
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, Cause};
use crate::tasks::Stopping;
use crate::trips::{Redecided, Trips, TripsError};

/// How long the loaded world may take to reach the change.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a change is not settled yet.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The database cannot be asked.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A trip could not be decided again.
    #[error(transparent)]
    Trips(#[from] TripsError),
    /// Counts of ours have no JSON form, or a stored policy has another.
    #[error("a batch's JSON cannot be written or read")]
    Encoding(#[from] serde_json::Error),
    /// The world under a policy that is to come does not fit together.
    #[error(transparent)]
    World(#[from] AtlasFault),
    /// The loaded world is older than the change.
    #[error("the loaded world has not reached version {0}")]
    Behind(i64),
}

/// The loop that settles changes.
#[derive(Debug)]
pub struct Settler {
    database: Database,
    atlas: Arc<Snapshot<Atlas>>,
    trips: Trips,
    holder: Uuid,
    wake: Arc<Notify>,
    poll: Duration,
}

impl Settler {
    /// A loop that has not begun: it works when it is woken, and at every poll.
    pub fn new(
        database: Database,
        atlas: Arc<Snapshot<Atlas>>,
        trips: Trips,
        (wake, poll): (Arc<Notify>, Duration),
    ) -> Self {
        Self { database, atlas, trips, holder: Uuid::now_v7(), wake, poll }
    }

    /// Settles again and again until the service stops.
    pub async fn run(&self, mut stopping: Stopping) {
        loop {
            if let Err(error) = self.sweep(&stopping).await {
                if stopping.is_set() {
                    // whoever leads next takes it up; the loaded world no longer follows
                    tracing::debug!(%error, "stopped in the middle of deciding again");
                    return;
                }
                tracing::warn!(%error, "live clearances could not be decided again; trying later");
            }
            if !stopping.rest_or(self.poll, &self.wake).await {
                return;
            }
        }
    }

    /// Settles what is open, if nobody else does. The lease is given back, also where the service
    /// stops in the middle: whoever takes it up need not wait for its end.
    async fn sweep(&self, stopping: &Stopping) -> Result<(), SettleError> {
        let open = store::open(&self.database).await?;
        if open.is_empty() || !store::lease(&self.database, self.holder).await? {
            return Ok(());
        }
        let swept = self.settle_all(open, stopping).await;
        store::release(&self.database, self.holder).await?;
        swept
    }

    /// Settles what is open, in order. A change that does not come to rest is left for the next
    /// time, and so are the later ones of its areas.
    async fn settle_all(&self, open: Vec<OpenRow>, stopping: &Stopping) -> Result<(), SettleError> {
        let mut restless: BTreeSet<AreaId> = BTreeSet::new();
        for batch in batches(open) {
            if stopping.is_set() {
                return Ok(());
            }
            if batch.areas.iter().any(|area| restless.contains(area)) {
                continue;
            }
            if !self.settle(&batch, stopping).await? {
                restless.extend(batch.areas);
            }
        }
        Ok(())
    }

    /// Has everything that a change touches decided again; whether it came to rest.
    async fn settle(&self, batch: &Batch, stopping: &Stopping) -> Result<bool, SettleError> {
        self.reached(batch.world_version).await?;
        if !batch.unled.is_empty() {
            store::led(&self.database, batch.id, &batch.unled).await?;
        }
        let done = if batch.cause == Cause::Place {
            Some(Redecided::default())
        } else {
            self.redecide(batch, stopping).await?
        };
        let Some(done) = done else { return Ok(false) };
        // also after a change of the world: a ceiling may have been raised, an area opened again
        let mut given = Given::default();
        for area_id in &batch.areas {
            let Some(here) = self.give_places(area_id, stopping).await? else { return Ok(false) };
            given += here;
            if batch.cause == Cause::Policy {
                let here = self.leave_to_rules(area_id, stopping).await?;
                let Some(here) = here else { return Ok(false) };
                given += here;
            }
        }
        if batch.cause == Cause::Place {
            let counts = [given.looked, given.cleared, given.looked - given.cleared];
            let counts = counts.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
            store::done(&self.database, batch, None, counts).await?;
        } else {
            self.tell(batch, done, given).await?;
        }
        Ok(true)
    }

    /// Writes what a batch has done.
    async fn tell(&self, batch: &Batch, done: Redecided, given: Given) -> Result<(), SettleError> {
        let applied = self.applied(batch).await?;
        let text = serde_json::to_string(&applied)?;
        let cleared = u64::try_from(given.cleared).unwrap_or_default();
        let stood = applied.listed.saturating_sub(applied.moved);
        let counts = [applied.listed, applied.moved.saturating_add(cleared), stood];
        let counts = counts.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        store::done(&self.database, batch, Some(&text), counts).await?;
        tracing::info!(
            batch = %batch.id,
            cause = batch.cause.as_str(),
            listed = applied.listed,
            moved = applied.moved,
            overtaken = done.overtaken,
            "live clearances were decided again"
        );
        Ok(())
    }
}
