//! The desk: queues of items that wait for a person, leases on them, and the decisions themselves
//! (domain.md b.6, c.8, c.12; fine-print.md, "Deciding", "Urgency").
//!
//! An item is a clearance in a queue. Whoever may act on it takes a lease, decides, and is done; an
//! item that nobody holds may be decided at once. [`access::power`](crate::access::power) says who
//! may do what, before anything is written; the record room asks the power and the lease again in
//! the commit, at the database's time and under its locks, so that of two who decide at one instant
//! one wins and the other is told by whom and when.

mod appeal;
mod bulk;
mod claiming;
mod clocks;
mod context;
mod deciding;
mod desker;
mod error;
mod item;
mod lease;
mod moving;
mod mscr;
mod obligations;
mod queue;
mod routes;
mod routing;
mod store;
mod view;
mod waive;
mod wish;

use std::sync::Arc;
use std::time::Duration;

pub use self::claiming::ClaimError;
use self::claiming::Claims;
pub use self::clocks::{ClockError, ClockParts, Clocks, Round, WorkingTimes};
pub use self::deciding::Question;
pub use self::desker::Desker;
pub use self::error::DeskError;
pub use self::mscr::{
    Answered as MissionAnswered, Api as MissionApi, Asked as MissionAsked, ConsentView, Kept,
    LeftView, MissionError, MissionView, Missions, MovedView, NamedView, SaidView, SteppedView,
    Wanted as MissionWanted, WindowView, configure as configure_missions,
};
pub use self::routes::{Api, configure};
pub use self::view::{
    AnsweredItem, CertificateView, ContextView, DecisionView, HeldItem, LeaseView, NightView,
    ObligationView, OtherClearance, QueueItem, QueueView, StateCount,
};
pub use self::wish::{Wish, WishedObligation};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config::Config;
use crate::database::Database;
use crate::identity::Identity;
use crate::metrics::Metrics;
use crate::model::UrgencyWeights;
use crate::record::Recorder;
use crate::tasks::Tasks;
use crate::trips::TripsSettings;

/// What an operator sets of the desk.
#[derive(Debug, Clone, Copy)]
pub struct DeskSettings {
    /// Seconds that a lease lasts.
    pub lease_seconds: u32,
    /// Weights of the queue's order.
    pub urgency: UrgencyWeights,
}

impl DeskSettings {
    /// As configured.
    pub fn of(config: &Config) -> Self {
        let urgency = TripsSettings::of(config).urgency;
        Self { lease_seconds: config.desk.lease_seconds, urgency }
    }
}

/// The use cases of the desk; cloned freely.
#[derive(Debug, Clone)]
pub struct Desk {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    database: Database,
    identity: Arc<Identity>,
    world: Arc<Snapshot<Atlas>>,
    recorder: Recorder,
    claims: Claims,
    settings: DeskSettings,
    metrics: Arc<Metrics>,
}

impl Desk {
    /// The desk over what it stands on, with the lane of its claims.
    pub fn start(
        database: Database,
        identity: Arc<Identity>,
        world: Arc<Snapshot<Atlas>>,
        recorder: Recorder,
        (config, tasks, metrics): (&Config, &Tasks, Arc<Metrics>),
    ) -> Self {
        let settings = DeskSettings::of(config);
        let lanes = (&config.database, settings.lease_seconds);
        let claims = Claims::start(&database, &world, lanes, tasks, &metrics);
        let parts = Parts { database, identity, world, recorder, claims, settings, metrics };
        Self { parts: Arc::new(parts) }
    }

    fn database(&self) -> &Database {
        &self.parts.database
    }

    /// The world in its present version: one immutable value for a whole use case.
    fn atlas(&self) -> Arc<Atlas> {
        self.parts.world.load()
    }

    fn recorder(&self) -> &Recorder {
        &self.parts.recorder
    }

    fn claims(&self) -> &Claims {
        &self.parts.claims
    }

    fn settings(&self) -> &DeskSettings {
        &self.parts.settings
    }

    /// Appointments that are too old decide nothing.
    fn authority_is_fresh(&self) -> Result<(), DeskError> {
        let is_fresh = self.parts.identity.authority().is_fresh();
        is_fresh.then_some(()).ok_or(DeskError::AuthorityStale)
    }

    /// Waits for a world newer than a version, no longer than is left.
    async fn newer_world(&self, version: i64, left: Duration) -> Result<(), DeskError> {
        let came = self.parts.world.wait_for(version.saturating_add(1), left).await;
        came.then_some(()).ok_or(DeskError::Unsettled)
    }
}
