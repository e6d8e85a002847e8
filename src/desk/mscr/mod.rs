//! Mission security clearance requests (domain.md b.6; fine-print.md, "MSCR"): movement into places
//! of very high risk, or closed ones.
//!
//! A request names people, areas and days, and that package never changes. The designated official
//! recommends; the head of each organization whose people are named answers for them, all in
//! parallel; with every consent the under-secretary-general decides. Any refusal ends it. What the
//! request speaks of then moves in the same transaction: its clearances are denied or approved.
//!
//! Each step is built from the request as it was read and written only if that version still stands
//! under its lock; otherwise it is read again. So of two heads who answer at one instant both are
//! heard, and nobody decides over a consent that they did not see.

mod error;
mod mission;
mod opening;
mod routes;
mod stepping;
mod store;
mod view;

use std::sync::Arc;

pub use error::MissionError;
pub use opening::Wanted;
pub use routes::{Api, configure};
pub use stepping::{Answered, Asked};
pub use view::{
    ConsentView, LeftView, MissionView, MovedView, NamedView, SaidView, SteppedView, WindowView,
};

use self::mission::Mission;
use crate::access::{Pass, Scope, act};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::database::Database;
use crate::identity::Identity;
use crate::model::SavedAnswer;
use crate::record::Recorder;
use crate::trips::Trips;

/// The use cases of mission requests; cloned freely.
#[derive(Debug, Clone)]
pub struct Missions {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    database: Database,
    identity: Arc<Identity>,
    world: Arc<Snapshot<Atlas>>,
    recorder: Recorder,
    trips: Trips,
}

/// An answer that is kept for repetitions.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The answer.
    pub answer: SavedAnswer,
    /// It was given before.
    pub replayed: bool,
}

impl Missions {
    /// Mission requests over what they stand on.
    pub fn new(
        database: Database,
        identity: Arc<Identity>,
        world: Arc<Snapshot<Atlas>>,
        recorder: Recorder,
        trips: Trips,
    ) -> Self {
        Self { parts: Arc::new(Parts { database, identity, world, recorder, trips }) }
    }

    fn database(&self) -> &Database {
        &self.parts.database
    }

    /// The world in its present version.
    fn atlas(&self) -> Arc<Atlas> {
        self.parts.world.load()
    }

    /// Appointments that are too old decide nothing.
    fn authority_is_fresh(&self) -> Result<(), MissionError> {
        if self.parts.identity.is_stale() { Err(MissionError::AuthorityStale) } else { Ok(()) }
    }

    /// One request, as far as the caller may see it.
    pub async fn one(
        &self,
        pass: &Pass<act::ReadMissions>,
        key: &str,
    ) -> Result<MissionView, MissionError> {
        let mission = self.seen(pass.scope(), key).await?;
        Ok(MissionView::of(&mission, pass.scope()))
    }

    /// A page of requests, newest first; one more than the limit where there is another page.
    pub async fn list(
        &self,
        pass: &Pass<act::ReadMissions>,
        before: Option<uuid::Uuid>,
        limit: i64,
    ) -> Result<Vec<MissionView>, MissionError> {
        let found = store::find(self.database(), None, pass.scope(), before, limit + 1).await?;
        Ok(found.iter().map(|mission| MissionView::of(mission, pass.scope())).collect())
    }

    async fn seen(&self, scope: &Scope, key: &str) -> Result<Mission, MissionError> {
        let id = key.parse().map_err(|_no_id: uuid::Error| MissionError::Hidden)?;
        let found = store::find(self.database(), Some(id), scope, None, 1).await?;
        found.into_iter().next().ok_or(MissionError::Hidden)
    }
}
