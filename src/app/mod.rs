//! Builds the parts, runs, drains.
//!
//! The shutdown signal is an argument, never a global. Shared state is built once, outside the
//! factory of the server's workers.

pub mod commands;
mod contract;
pub mod demonstration;
mod documents;
mod operations;
mod parts;
mod routes;
mod running;

use crate::cache::CacheError;
use crate::config::ConfigFaults;
use crate::database::{DatabaseError, MigrateError, StartupFault};
use crate::demo::{GazetteerError, StageError, TrafficError};
use crate::identity::{DevelopmentError, IdentityError};
use crate::metrics::MetricsError;
use crate::relay::RelayError;
use crate::trips::TripsError;
use crate::world::{ImportError, LoadError};

pub use self::documents::openapi;
pub use self::parts::{Parts, Probe};
pub use self::routes::configure;
pub use self::running::{Running, start};

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration has faults.
    #[error(transparent)]
    Config(#[from] ConfigFaults),
    /// A file cannot be read.
    #[error("the file {path}")]
    File {
        /// Which.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The server cannot listen or run.
    #[error("the server")]
    Server(#[from] std::io::Error),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The database is not one to stand on.
    #[error(transparent)]
    Startup(#[from] StartupFault),
    /// The schema cannot be brought up to date.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The cache's address is wrong.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// Nobody could be let in.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The development key cannot be used.
    #[error(transparent)]
    Development(#[from] DevelopmentError),
    /// The shipped tables of the demonstration cannot be read.
    #[error(transparent)]
    Gazetteer(#[from] GazetteerError),
    /// The stage could not be set.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The day of traffic could not be driven.
    #[error(transparent)]
    Traffic(#[from] TrafficError),
    /// The day of traffic was driven, and something was not as it must be.
    #[error("the traffic met answers that must not be; see the table")]
    Unaccounted,
    /// The day at the desk was played, and something was not as it must be.
    #[error("the day at the desk ended with what must not be; see the table")]
    DeskDay,
    /// Stored decisions could not be made again.
    #[error("stored decisions cannot be made again")]
    Replay(#[from] TripsError),
    /// Stored decisions were made again, and not all came out the same.
    #[error("stored decisions came out otherwise, or could not be read; see the list")]
    Unequal,
    /// The world cannot be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The world cannot be loaded.
    #[error(transparent)]
    World(#[from] LoadError),
    /// Nobody can be told of events.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// Feeds of alerts cannot be asked.
    #[error("the HTTPS client for feeds of alerts cannot be made")]
    Alerts(#[from] reqwest::Error),
    /// Two metrics have one name.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// A task ended that must not.
    #[error("the task `{0}` ended by itself")]
    TaskEnded(&'static str),
}
