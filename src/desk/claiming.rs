//! Claims of next items, through a lane: those that come while one is under way go together in the
//! next, one after another in one transaction, so that nobody looks at what another is taking.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::desker::{Desker, Stations};
use super::item::{Item, Lease};
use super::store;
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config;
use crate::database::{Database, DatabaseError, Lane, LaneSettings, Overloaded, all_failed};
use crate::metrics::Metrics;
use crate::model::{AreaId, ClearanceId, PersonId};
use crate::tasks::Tasks;

/// Claims that go together at most: what one takes is locked until all are done.
const TOGETHER: usize = 32;

/// Why a claim was not made.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClaimError {
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Too many wait.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
}

/// Who wants how many items, of which areas.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) desker: Desker,
    pub(super) person: PersonId,
    /// In these areas alone; in all of theirs where there are none.
    pub(super) areas: Vec<AreaId>,
    pub(super) limit: i64,
    /// How many more are looked at: others may be taking the first.
    pub(super) beyond: i64,
    /// Items that are not for them.
    pub(super) without: Vec<Uuid>,
}

/// What somebody was given.
#[derive(Debug)]
pub(super) struct Taken {
    /// Most urgent first.
    pub(super) items: Vec<(Item, Lease)>,
    /// How many were in sight: others may have been faster.
    pub(super) in_sight: i64,
}

/// The lane of claims.
#[derive(Debug, Clone)]
pub(super) struct Claims(Lane<Wanted, Taken, ClaimError>);

impl Claims {
    /// Starts the lane; a lease lasts so many seconds.
    pub(super) fn start(
        database: &Database,
        world: &Arc<Snapshot<Atlas>>,
        (config, lease_seconds): (&config::Database, u32),
        tasks: &Tasks,
        metrics: &Metrics,
    ) -> Self {
        let reading = LaneSettings::reading("claims", config);
        let settings = LaneSettings { batch: reading.batch.min(TOGETHER), ..reading };
        let (database, world) = (database.clone(), Arc::clone(world));
        Self(Lane::start(settings, tasks, metrics, move |wanted: Vec<Wanted>| {
            let (database, atlas) = (database.clone(), world.load());
            async move {
                match taken(&database, &atlas, lease_seconds, &wanted).await {
                    Ok(taken) => taken.into_iter().map(Ok).collect(),
                    Err(error) => all_failed(wanted.len(), &error.into()),
                }
            }
        }))
    }

    /// Takes leases for somebody.
    pub(super) async fn claim(&self, wanted: Wanted) -> Result<Taken, ClaimError> {
        self.0.ask(wanted).await
    }
}

async fn taken(
    database: &Database,
    atlas: &Atlas,
    seconds: u32,
    wanted: &[Wanted],
) -> Result<Vec<Taken>, DatabaseError> {
    let now = store::now(database).await?;
    let stations = wanted.iter().map(|one| one.desker.stations(atlas, &one.areas, now));
    let stations: Vec<Stations> = stations.collect();
    let asked = wanted.iter().zip(&stations).map(|(one, stations)| store::Next {
        stations,
        person: one.person,
        seconds,
        limit: one.limit,
        beyond: one.beyond,
        without: &one.without,
    });
    let leased = store::claim_next(database, &asked.collect::<Vec<_>>()).await?;
    let ids: Vec<ClearanceId> =
        leased.iter().flat_map(|(leases, _)| leases).map(|(id, _)| *id).collect();
    let items = if ids.is_empty() { Vec::new() } else { store::found(database, &ids).await? };
    let mut items: BTreeMap<ClearanceId, Item> =
        items.into_iter().map(|item| (item.clearance_id, item)).collect();
    let given = leased.into_iter().map(|(leases, in_sight)| {
        let items = leases.into_iter().filter_map(|(id, lease)| Some((items.remove(&id)?, lease)));
        Taken { items: items.collect(), in_sight }
    });
    Ok(given.collect())
}
