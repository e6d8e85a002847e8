//! `/v1/areas` and `/v1/world`: what lies where, how areas stand, and how that is changed.

mod advisories;
mod alerts;
mod areas;
mod ceilings;
mod ceilings_set;
mod fences;
mod geometry;
mod levels;
mod operators;
mod overbooking;
mod overview;
mod packs;
mod policies;
mod redecisions;
mod status;
mod tiles;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Data, ServiceConfig};
use tokio::sync::Notify;
use utoipa::OpenApi;

pub use self::advisories::Api as AdvisoryApi;
use super::advisories::Advisories;
use super::loader::{LoadError, Loader};
use super::packs::Packs;
use super::preview::PreviewError;
use super::tiles::Tiles;
use crate::access::act;
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config;
use crate::database::{Clock, Database};
use crate::metrics::Metrics;
use crate::record::Recorder;
use crate::trips::Trips;
use crate::web::{Caller, Problem, wing};

/// How long an answer waits for the loaded world to show a change.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the routes of this room stand on.
#[derive(Debug, Clone)]
pub struct WorldParts {
    /// PostgreSQL.
    pub database: Database,
    /// Keeps the world current.
    pub loader: Arc<Loader>,
    /// The loaded world.
    pub atlas: Arc<Snapshot<Atlas>>,
    /// The database's time between questions.
    pub clock: Arc<Clock>,
    /// Wakes the loop that decides again.
    pub settle: Arc<Notify>,
    /// The one writer.
    pub recorder: Recorder,
    /// Decides live clearances again.
    pub trips: Trips,
    /// Advisories, for reading.
    pub advisories: Advisories,
    /// The map.
    pub tiles: Arc<Tiles>,
    /// Packs for phones.
    pub packs: Packs,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Feeds of alerts.
    pub alerts: config::Alerts,
}

pub use self::levels::Api as LevelApi;
pub use self::policies::Api as PolicyApi;

/// The operations of this room.
#[derive(Debug, OpenApi)]
#[openapi(paths(
    alerts::add_alert,
    alerts::list_alerts,
    alerts::get_alert,
    alerts::confirm_alert,
    alerts::dismiss_alert,
    alerts::release_alert,
    alerts::add_alert_feed,
    alerts::list_alert_feeds,
    alerts::remove_alert_feed,
    operators::get_operator,
    operators::put_operator,
    operators::list_operator_trips,
    operators::list_operator_authorizations,
    operators::add_operator_authorization,
    areas::get_areas,
    areas::get_area,
    ceilings::get_ceilings,
    ceilings_set::put_ceilings,
    overbooking::add_ceiling_override,
    fences::list_fences,
    fences::get_fence,
    fences::add_fence,
    fences::put_fence,
    fences::delete_fence,
    tiles::get_tile,
    packs::get_pack_keys,
    packs::get_pack,
    geometry::get_areas_at,
    geometry::post_areas_at,
    geometry::post_areas_along,
    overview::get_world,
    redecisions::list_redecisions,
    redecisions::get_redecision,
    redecisions::list_near_departures,
    redecisions::resume_redecision,
    status::put_area_status
))]
pub struct Api;

/// The room's routes.
pub fn configure(config: &mut ServiceConfig, parts: &Data<WorldParts>) {
    config.app_data(parts.clone()).configure(advisories::configure);
    wing::<Api>(config, |wing| {
        wing.service(operators::get_operator)
            .service(operators::put_operator)
            .service(operators::list_operator_trips)
            .service(operators::list_operator_authorizations)
            .service(operators::add_operator_authorization)
            .service(alerts::add_alert)
            .service(alerts::list_alerts)
            .service(alerts::get_alert)
            .service(alerts::confirm_alert)
            .service(alerts::dismiss_alert)
            .service(alerts::release_alert)
            .service(alerts::add_alert_feed)
            .service(alerts::list_alert_feeds)
            .service(alerts::remove_alert_feed)
            // Before the area of an id: `at` is no id.
            .service(geometry::get_areas_at)
            .service(geometry::post_areas_at)
            .service(geometry::post_areas_along)
            .service(areas::get_areas)
            .service(areas::get_area)
            .service(ceilings::get_ceilings)
            .service(ceilings_set::put_ceilings)
            .service(overbooking::add_ceiling_override)
            .service(status::put_area_status)
            .service(fences::list_fences)
            .service(fences::get_fence)
            .service(fences::add_fence)
            .service(fences::put_fence)
            .service(fences::delete_fence)
            .service(tiles::get_tile)
            // Before the pack of an id: `keys` is no id.
            .service(packs::get_pack_keys)
            .service(packs::get_pack)
            .service(redecisions::list_redecisions)
            .service(redecisions::get_redecision)
            .service(redecisions::list_near_departures)
            .service(redecisions::resume_redecision)
            .service(overview::get_world);
    });
    config.configure(levels::configure).configure(policies::configure);
}

impl WorldParts {
    /// Wakes whoever decides again, and whoever numbers events.
    fn changed(&self) {
        self.settle.notify_one();
        self.recorder.written().notify_one();
    }
}

/// Anyone who is known may read the world.
fn may_read(caller: &Caller) -> Result<(), Problem> {
    caller.admit::<act::ReadWorld>()?;
    Ok(())
}

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        match error {
            PreviewError::UnknownArea => Self::hidden(),
            PreviewError::Database(error) => Self::from(error),
            PreviewError::Trips(error) => Self::from(error),
            other @ (PreviewError::Fences(_) | PreviewError::Atlas(_)) => Self::internal(&other),
        }
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Database(error) => Self::from(error),
            other @ (LoadError::Unversioned
            | LoadError::Stranger(_)
            | LoadError::Name(_)
            | LoadError::Policy { .. }
            | LoadError::Point(_)
            | LoadError::Zone(_)
            | LoadError::Shape(_)
            | LoadError::Index(_)
            | LoadError::Atlas(_)
            | LoadError::GivenUp(_)) => Self::internal(&other),
        }
    }
}
