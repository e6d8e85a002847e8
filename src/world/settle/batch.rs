//! One batch: its clearances listed, decided again, counted, and then moved.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::stream::{StreamExt as _, TryStreamExt as _, iter};
use uuid::Uuid;

use super::folded::Folded;
use super::store::{self, OpenRow};
use super::{PATIENCE, SettleError, Settler};
use crate::atlas::Atlas;
use crate::model::{AreaId, AreaPolicy, Became, Cause, ClearanceId, PersonId, TripId};
use crate::tasks::Stopping;
use crate::trips::Redecided;
use crate::world::preview::{Foreseen, LISTED, Outcome, under_policy};

/// Clearances decided again at once.
const TOGETHER: usize = 2_000;
/// Sets read and decided, or written, at the same time: one for each core of a modest machine.
const ABREAST: usize = 2;

/// A change whose clearances are to be decided again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Batch {
    /// Id of its leading row.
    pub(in crate::world) id: Uuid,
    /// Areas that changed, in order.
    pub(in crate::world) areas: Vec<AreaId>,
    person: Option<PersonId>,
    pub(super) cause: Cause,
    pub(super) world_version: i64,
    /// Its dry counts are written.
    decided: bool,
    /// The policy that is to come, of one that is announced.
    announced: Option<i32>,
    /// Rows that have yet to name their leader.
    pub(super) unled: Vec<Uuid>,
}

/// Which clearances a change touches.
#[derive(Debug, Clone, Copy)]
pub(in crate::world) enum Touched<'t> {
    /// Those in areas, or decided with a look at them, that have not seen this version.
    Areas(&'t [AreaId], i64),
    /// Those in areas whose people are told something.
    Told(&'t [AreaId]),
    /// Those of a person; of one who was deactivated also what is undecided.
    Person(PersonId, bool),
}

/// Rows of one change make one batch: those about areas in one version of the world.
pub(super) fn batches(rows: Vec<OpenRow>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    let mut leaders: BTreeMap<(i64, Cause), usize> = BTreeMap::new();
    for row in rows {
        let together =
            row.area_id.is_some() && row.cause != Cause::Place && !row.cause.only_tells();
        let key = (row.world_version, row.cause);
        let known = leaders.get(&key).filter(|_| together).and_then(|at| batches.get_mut(*at));
        if let Some(batch) = known {
            batch.areas.extend(row.area_id);
            batch.areas.sort();
            if row.leader_id.is_none() {
                batch.unled.push(row.redecision_id);
            }
            continue;
        }
        if together {
            leaders.insert(key, batches.len());
        }
        batches.push(Batch {
            // a row that was led before it was settled is found by its leader
            id: row.leader_id.unwrap_or(row.redecision_id),
            areas: row.area_id.into_iter().collect(),
            person: row.person_id,
            cause: row.cause,
            world_version: row.world_version,
            decided: row.decided,
            announced: row.policy_version,
            unled: Vec::new(),
        });
    }
    batches
}

impl Batch {
    /// What it touches; nothing where it is about neither an area nor a person.
    fn touched(&self) -> Option<Touched<'_>> {
        match self.person {
            _ if self.cause.only_tells() => Some(Touched::Told(&self.areas)),
            _ if !self.areas.is_empty() => Some(Touched::Areas(&self.areas, self.world_version)),
            Some(person) => Some(Touched::Person(person, self.cause == Cause::Deactivated)),
            None => None,
        }
    }
}

impl Settler {
    /// Has every clearance that a batch touches decided again; none where it did not come to rest.
    pub(super) async fn redecide(
        &self,
        batch: &Batch,
        stopping: &Stopping,
    ) -> Result<Option<Redecided>, SettleError> {
        let Some(touched) = batch.touched() else { return Ok(Some(Redecided::default())) };
        let world = self.world_of(batch).await?;
        let listed = match &world {
            Some(_) => store::touched(&self.database, touched, Some(batch.id)).await?,
            None => Vec::new(),
        };
        store::listed(&self.database, batch.id, listed.len()).await?;
        let atlas = world.unwrap_or_else(|| self.atlas.load());
        let Some((weighed, outcome)) = self.weigh(batch, &atlas, &listed, stopping).await? else {
            return Ok(None);
        };
        if !batch.decided {
            let counts = Foreseen::of(batch.cause, &batch.areas, &outcome);
            let text = serde_json::to_string(&counts)?;
            store::foreseen(&self.database, batch.id, &text, counts.clearances.inside).await?;
        }
        let done = self.write(batch, weighed, atlas.version(), stopping).await?;
        let Some(done) = done.filter(|done| done.unsettled == 0) else { return Ok(None) };
        if batch.cause.only_tells() {
            return Ok(Some(done));
        }
        let remaining = store::remaining(&self.database, &batch.areas, batch.world_version).await?;
        if remaining > 0 {
            tracing::info!(remaining, "a change is not settled yet");
            return Ok(None);
        }
        Ok(Some(done))
    }

    /// The world that a batch is decided in: the loaded one, or as it will be under a policy that is
    /// to come. None where that policy is not to come any more.
    async fn world_of(&self, batch: &Batch) -> Result<Option<Arc<Atlas>>, SettleError> {
        let atlas = self.atlas.load();
        let (Some(version), [area_id]) = (batch.announced, batch.areas.as_slice()) else {
            return Ok(Some(atlas));
        };
        let policy = store::announced(&self.database, area_id, version).await?;
        let Some(policy) = policy else { return Ok(None) };
        let policy: AreaPolicy = serde_json::from_str(&policy)?;
        Ok(Some(Arc::new(under_policy(&atlas, area_id, policy)?)))
    }

    /// Decides everything on the list again, and counts it; nothing is written. None where the
    /// service stops or another replica has taken over.
    async fn weigh(
        &self,
        batch: &Batch,
        atlas: &Arc<Atlas>,
        listed: &[(TripId, ClearanceId)],
        stopping: &Stopping,
    ) -> Result<Option<(Vec<Folded>, Outcome)>, SettleError> {
        let mut sets = Vec::new();
        for set in together(listed, TOGETHER) {
            let clearances: Vec<ClearanceId> = set.iter().map(|(_, one)| *one).collect();
            let (trips, atlas, cause) = (self.trips.clone(), Arc::clone(atlas), batch.cause);
            sets.push(async move { trips.weigh(&atlas, &clearances, cause).await });
        }
        let mut sets = std::pin::pin!(iter(sets).buffered(ABREAST));
        let (mut all, mut outcome) = (Vec::new(), Outcome::default());
        while let Some(set) = sets.try_next().await? {
            if stopping.is_set() || !store::lease(&self.database, self.holder).await? {
                return Ok(None);
            }
            for weighed in &set {
                weighed.count(&mut outcome.tally);
                outcome.near.extend(weighed.of(Became::Near));
            }
            all.push(Folded::of(set));
        }
        Ok(Some((all, outcome)))
    }

    /// Writes what was weighed; none where the service stops or another replica has taken over.
    async fn write(
        &self,
        batch: &Batch,
        weighed: Vec<Folded>,
        world_version: i64,
        stopping: &Stopping,
    ) -> Result<Option<Redecided>, SettleError> {
        let (id, cause) = (batch.id, batch.cause);
        let sets = weighed.into_iter().map(|set| {
            let trips = self.trips.clone();
            // unfolded when its turn comes
            async move { trips.write_weighed(id, set.open(), world_version, cause).await }
        });
        let mut sets = std::pin::pin!(iter(sets).buffer_unordered(ABREAST));
        let mut done = Redecided::default();
        while let Some(set) = sets.try_next().await? {
            done += set;
            if stopping.is_set() || !store::lease(&self.database, self.holder).await? {
                return Ok(None);
            }
        }
        Ok(Some(done))
    }

    /// What a batch has done, in the form in which it was foreseen.
    pub(super) async fn applied(&self, batch: &Batch) -> Result<Foreseen, SettleError> {
        let tally = store::tally(&self.database, batch.id).await?;
        let limit = i64::try_from(LISTED).unwrap_or(i64::MAX);
        let near = store::near(&self.database, batch.id, None, limit).await?;
        let outcome = Outcome { tally, near: near.into_iter().collect() };
        Ok(Foreseen::of(batch.cause, &batch.areas, &outcome))
    }

    /// Waits for the world in which a batch is decided.
    pub(super) async fn reached(&self, version: i64) -> Result<(), SettleError> {
        let reached = self.atlas.wait_for(version, PATIENCE).await;
        reached.then_some(()).ok_or(SettleError::Behind(version))
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

    #[test]
    fn the_rows_of_one_change_are_one_batch() {
        let row = |id: u128, area: &str, cause, world_version| OpenRow {
            redecision_id: Uuid::from_u128(id),
            leader_id: None,
            area_id: Some(AreaId::from(area)),
            person_id: None,
            cause,
            world_version,
            policy_version: None,
            decided: false,
        };
        let found = batches(vec![
            row(1, "KEN-2", Cause::Fence, 7),
            row(2, "KEN-1", Cause::Fence, 7),
            row(3, "KEN-1", Cause::Fence, 8),
            row(4, "KEN-1", Cause::Place, 8),
            row(5, "KEN-2", Cause::Place, 8),
        ]);
        let shape: Vec<_> =
            found.iter().map(|batch| (batch.areas.len(), batch.unled.len())).collect();
        assert_eq!(shape, [(2, 1), (1, 0), (1, 0), (1, 0)]);
        assert_eq!(found[0].areas, ["KEN-1", "KEN-2"].map(AreaId::from));
    }
}
