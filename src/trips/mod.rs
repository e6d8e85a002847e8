//! Check, submit, amend, read, cancel and batch trips; status questions; deciding again.
//!
//! A submission is read ([`body`]), put on the ground of one world, decided with facts of one
//! read, and made durable by the record room; a check ends before the last step. What is read
//! back goes through the caller's scope before it leaves a function of this room.

mod acting;
mod amend;
mod answer;
mod batch;
pub mod body;
mod cancel;
mod case;
mod draft;
mod error;
mod facts;
mod obligations;
mod outlook;
mod reading;
mod recording;
mod redecide;
mod replaying;
mod routes;
mod sight;
mod sound;
mod status;
mod store;
mod submit;
mod view;
mod waiting;

use std::sync::Arc;
use std::time::Duration;

pub use acting::Acting;
pub use amend::{AmendedAnswer, Became, StayChange, VersionView};
pub use answer::{
    AdvisoryAnswer, ClearanceAnswer, ConditionAnswer, CrossingAnswer, DeciderAnswer, FindingAnswer,
    GateAnswer, RemedyAnswer, TripAnswer,
};
pub use cancel::{CancelledClearance, CancelledView};
pub use error::TripsError;
pub use obligations::{ObligationAnswer, obligations};
pub use outlook::{Outlook, Outlooks};
pub use reading::{ReplayView, TripFilter};
pub use redecide::Redecided;
pub use replaying::{Replayed, replay_all};
pub use routes::{Api, configure};
pub use sight::{Shown, Whose, shown};
pub use status::{StatusAnswer, StatusAsked, StatusClearanceAnswer, StatusTripAnswer, StatusWord};
pub use store::FactsError;
pub use submit::{Submitted, Summary};
pub use view::{ClearanceItem, ClearanceView, HistoryView, MoveView, TripItem, TripView};
pub use waiting::PlaceFound;

use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config::{self, Config};
use crate::database::Database;
use crate::decision::SurveySettings;
use crate::metrics::Metrics;
use crate::model::{AreaId, UrgencyWeights};
use crate::record::Recorder;
use crate::tasks::Tasks;

/// Status of an answer to a submission.
const CREATED: u16 = 201;
/// Status of an answer to a change.
const DONE: u16 = 200;

/// What an operator sets of this room.
#[derive(Debug, Clone, Copy)]
pub struct TripsSettings {
    /// Within so many kilometres of a border the map's own error counts.
    pub near_margin_km: f64,
    /// Weights of the queue's order.
    pub urgency: UrgencyWeights,
}

impl TripsSettings {
    /// As configured.
    pub fn of(config: &Config) -> Self {
        let queue = config.queue;
        let urgency = UrgencyWeights {
            departs: queue.departs_weight,
            submitted: queue.submitted_weight,
            level_hours: queue.level_hours,
            urgent_hours: queue.urgent_hours,
        };
        Self { near_margin_km: config.atlas.near_margin_km, urgency }
    }
}

/// The use cases of trips; cloned freely.
#[derive(Debug, Clone)]
pub struct Trips {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    database: Database,
    world: Arc<Snapshot<Atlas>>,
    recorder: Recorder,
    facts: store::Facts,
    statuses: store::Statuses,
    metrics: Arc<Metrics>,
    settings: TripsSettings,
}

/// What the use cases stand on.
#[derive(Debug)]
pub struct Footing<'f> {
    /// PostgreSQL.
    pub database: &'f Database,
    /// How it is used.
    pub config: &'f config::Database,
    /// The loaded world.
    pub world: Arc<Snapshot<Atlas>>,
    /// The one writer.
    pub recorder: Recorder,
    /// Background tasks.
    pub tasks: &'f Tasks,
    /// Metrics.
    pub metrics: Arc<Metrics>,
    /// Settings.
    pub settings: TripsSettings,
}

impl Trips {
    /// Starts the lanes.
    pub fn start(footing: Footing<'_>) -> Self {
        let Footing { database, config, world, recorder, tasks, metrics, settings } = footing;
        let facts = store::Facts::start(database, config, tasks, &metrics);
        let statuses = store::Statuses::start(database, config, tasks, &metrics);
        let database = database.clone();
        let parts = Parts { database, world, recorder, facts, statuses, metrics, settings };
        Self { parts: Arc::new(parts) }
    }

    fn database(&self) -> &Database {
        &self.parts.database
    }

    /// The world in its present version: one immutable value for a whole use case.
    fn atlas(&self) -> Arc<Atlas> {
        self.parts.world.load()
    }

    fn facts(&self) -> &store::Facts {
        &self.parts.facts
    }

    fn statuses(&self) -> &store::Statuses {
        &self.parts.statuses
    }

    fn metrics(&self) -> &Metrics {
        &self.parts.metrics
    }

    fn settings(&self) -> &TripsSettings {
        &self.parts.settings
    }

    fn survey_settings(&self) -> SurveySettings {
        SurveySettings {
            near_margin_km: self.settings().near_margin_km,
            world_stale: self.parts.world.is_stale(),
        }
    }

    fn recorder(&self) -> &Recorder {
        &self.parts.recorder
    }

    /// The area of a name, as code and detail of a fault where there is none.
    fn area_named(&self, name: &AreaId) -> Result<AreaId, (&'static str, String)> {
        sound::area_named(name, &self.atlas())
    }

    /// Waits for a world newer than a version, no longer than is left.
    async fn newer_world(&self, version: i64, left: Duration) -> Result<(), TripsError> {
        let came = self.parts.world.wait_for(version.saturating_add(1), left).await;
        came.then_some(()).ok_or(TripsError::Unsettled)
    }
}
