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
pub(in crate::world) use self::store::{Touched, touched};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, Cause, ClearanceId, PersonId, TripId};
use crate::tasks::Stopping;
use crate::trips::{Redecided, Trips, TripsError};

/// Trips decided again at once.
const TOGETHER: usize = 256;
/// How long the loaded world may take to reach the change.
const PATIENCE: Duration = Duration::from_secs(5);

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
            Cause::Place => Some(Redecided::default()),
            _ => self.redecide(change, stopping).await?,
        };
        let Some(done) = done else { return Ok(false) };
        // also after a change of the world: a ceiling may have been raised, an area opened again
        let given = match &change.area_id {
            Some(area_id) => self.give_places(area_id, stopping).await?,
            None => Some(Given::default()),
        };
        let Some(given) = given else { return Ok(false) };
        let moved =
            done.suspended + done.to_review + done.reinstated + done.cancelled + given.cleared;
        let standing = done.standing + given.looked - given.cleared;
        let counts = [done.looked + given.looked, moved, standing]
            .map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        store::done(&self.database, change, counts).await?;
        Ok(true)
    }

    /// Has every clearance that a change of the world touches decided again; none where it did not
    /// come to rest.
    async fn redecide(
        &self,
        change: &Redecision,
        stopping: &Stopping,
    ) -> Result<Option<Redecided>, SettleError> {
        let Some(touched) = change.touched() else { return Ok(Some(Redecided::default())) };
        let listed = store::touched(&self.database, touched).await?;
        let mut done = Redecided::default();
        for some in together(&listed, TOGETHER) {
            if stopping.is_set() || !store::lease(&self.database, self.holder).await? {
                return Ok(None);
            }
            let clearances: Vec<ClearanceId> = some.iter().map(|(_, one)| *one).collect();
            done += self.trips.redecide(&clearances, change.cause).await?;
        }
        let remaining = store::remaining(&self.database, change).await?;
        if remaining > 0 || done.unsettled > 0 {
            tracing::info!(remaining, unsettled = done.unsettled, "a change is not settled yet");
            return Ok(None);
        }
        Ok(Some(done))
    }
}

impl Redecision {
    /// What it touches; nothing where it is about neither an area nor a person.
    fn touched(&self) -> Option<Touched<'_>> {
        match (&self.area_id, self.person_id) {
            (Some(area), _) => Some(Touched::Areas(std::slice::from_ref(area), self.world_version)),
            (None, Some(person)) => Some(Touched::Person(person, self.cause == Cause::Deactivated)),
            (None, None) => None,
        }
    }
}

/// Clearances in groups of about so many, those of a trip together.
pub(in crate::world) fn together(
    listed: &[(TripId, ClearanceId)],
    size: usize,
) -> impl Iterator<Item = &[(TripId, ClearanceId)]> {
    let mut left = listed;
    std::iter::from_fn(move || {
        let last = left.get(size.saturating_sub(1)).or_else(|| left.last())?.0;
        let end = left.partition_point(|(trip, _)| *trip <= last);
        let (now, later) = left.split_at_checked(end)?;
        left = later;
        Some(now)
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_clearances_of_a_trip_stay_together() {
        let one =
            |trip: u128, own| (TripId(Uuid::from_u128(trip)), ClearanceId(Uuid::from_u128(own)));
        let listed = [one(1, 1), one(2, 2), one(2, 3), one(2, 4), one(3, 5)];
        let sizes = |size| together(&listed, size).map(<[_]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(1), [1, 3, 1]);
        assert_eq!(sizes(2), [4, 1]);
        assert_eq!(sizes(9), [5]);
        assert_eq!(together(&[], 2).count(), 0);
    }
}
