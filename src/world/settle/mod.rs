//! Deciding live clearances again after a change (domain.md c.11), and those that wait for a place
//! when one is given back (c.5).
//!
//! A change writes a row in its own transaction; this loop takes the rows in order, lists the live
//! clearances that have not seen the change, and has each trip decided again. It can be stopped
//! anywhere: what is left is listed again. After it, no live positive clearance of the area carries
//! an older revision, for no commit with an older one comes through (fine-print.md, "World changes
//! and commits in flight").

mod places;
mod store;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

use self::places::Given;
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, PersonId, TripId};
use crate::tasks::Stopping;
use crate::trips::{Redecided, Trips, TripsError, WorldCause};

/// Trips decided again at once.
const TOGETHER: usize = 256;
/// How long the loaded world may take to reach the change.
const PATIENCE: Duration = Duration::from_secs(5);

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// How an area stands, or what is known of a person.
    World(WorldCause),
    /// A place under a ceiling was given back.
    Place,
}

/// A change whose clearances are to be decided again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Redecision {
    redecision_id: Uuid,
    area_id: Option<AreaId>,
    person_id: Option<PersonId>,
    cause: Cause,
    world_version: i64,
}

/// Why a change is not settled yet.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The database cannot be asked.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A trip could not be decided again.
    #[error(transparent)]
    Trips(#[from] TripsError),
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
            tokio::select! {
                () = stopping.wait() => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(self.poll) => {}
            }
        }
    }

    /// Settles what is open, in order. A change that does not come to rest is left for the next
    /// time, and so are the later ones of its area.
    async fn sweep(&self, stopping: &Stopping) -> Result<(), SettleError> {
        let open = store::open(&self.database).await?;
        if open.is_empty() || !store::lease(&self.database, self.holder).await? {
            return Ok(());
        }
        let mut restless = BTreeSet::new();
        for change in open {
            if stopping.is_set() {
                return Ok(());
            }
            if change.area_id.as_ref().is_some_and(|area| restless.contains(area)) {
                continue;
            }
            if !self.settle(&change, stopping).await? {
                restless.extend(change.area_id);
            }
        }
        Ok(())
    }

    /// Has everything that a change touches decided again; whether it came to rest.
    async fn settle(&self, change: &Redecision, stopping: &Stopping) -> Result<bool, SettleError> {
        if !self.atlas.wait_for(change.world_version, PATIENCE).await {
            return Err(SettleError::Behind(change.world_version));
        }
        let done = match change.cause {
            Cause::World(cause) => self.redecide(change, cause, stopping).await?,
            Cause::Place => Some(Redecided::default()),
        };
        let Some(done) = done else { return Ok(false) };
        // also after a change of the world: a ceiling may have been raised, an area opened again
        let given = match &change.area_id {
            Some(area_id) => self.give_places(area_id, stopping).await?,
            None => Some(Given::default()),
        };
        let Some(given) = given else { return Ok(false) };
        let moved = done.suspended + done.to_review + done.reinstated + given.cleared;
        let standing = done.standing + given.looked - given.cleared;
        let counts = [done.looked + given.looked, moved, standing]
            .map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        store::done(&self.database, change, counts).await?;
        Ok(true)
    }

    /// Has every trip that a change of the world touches decided again; none where it did not come
    /// to rest.
    async fn redecide(
        &self,
        change: &Redecision,
        cause: WorldCause,
        stopping: &Stopping,
    ) -> Result<Option<Redecided>, SettleError> {
        let affected = store::affected(&self.database, change).await?;
        let mut done = Redecided::default();
        for some in affected.chunks(TOGETHER) {
            if stopping.is_set() || !store::lease(&self.database, self.holder).await? {
                return Ok(None);
            }
            let trips: Vec<TripId> = some.iter().map(|(trip, _)| *trip).collect();
            let areas: BTreeSet<&AreaId> = some.iter().flat_map(|(_, areas)| areas).collect();
            let areas: Vec<AreaId> = areas.into_iter().cloned().collect();
            done += self.trips.redecide(&trips, &areas, cause).await?;
        }
        let remaining = store::remaining(&self.database, change).await?;
        if remaining > 0 || done.unsettled > 0 {
            tracing::info!(remaining, unsettled = done.unsettled, "a change is not settled yet");
            return Ok(None);
        }
        Ok(Some(done))
    }
}
