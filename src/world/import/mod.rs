//! `safeconduct import world`: reads the shipped data, puts every place into its area, prepares the
//! geometric index, and loads all of it into PostgreSQL in one transaction. Importing the same data
//! again changes nothing.

mod aliases;
mod copy;
mod data;
mod folder;
mod map;
mod rows;
mod store;
mod tables;
mod zones;

use std::io;
use std::path::PathBuf;

use compact_str::CompactString;

pub use self::data::WorldData;
pub use self::folder::DataFolder;
pub use self::map::AreaRow;
pub use self::rows::policy_body;
pub use self::store::{FirstStanding, Imported, is_imported, write};
pub use self::tables::{Attribution, CountryRow, Tables};
pub use self::zones::AreaZone;
use crate::atlas::{AtlasFault, BuildError, ShapeError};
use crate::database::DatabaseError;
use crate::model::{AreaPolicy, AreaStatus, LonLatError, RiskBand, SecurityLevel, ZoneError};

/// Why the data cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{path} cannot be read")]
    File {
        /// Where it should be.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A table is not what it should be.
    #[error("{file} is not a table of the known form")]
    Table {
        /// Which.
        file: &'static str,
        /// Why.
        #[source]
        source: csv::Error,
    },
    /// A file is not the expected JSON.
    #[error("{file} is not JSON of the known form")]
    Json {
        /// Which.
        file: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A coordinate is not on the earth.
    #[error(transparent)]
    Point(#[from] LonLatError),
    /// A time zone is unknown.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// There is neither a city nor an airport with a time zone.
    #[error("no city and no airport of the data has a time zone")]
    NoZone,
    /// A shape cannot be used.
    #[error("the shape of {area} cannot be used")]
    Shape {
        /// Whose.
        area: CompactString,
        /// Why.
        #[source]
        source: ShapeError,
    },
    /// The map as a whole cannot be indexed.
    #[error("the map cannot be indexed")]
    Index(#[from] BuildError),
    /// The parts do not fit together.
    #[error(transparent)]
    Atlas(#[from] AtlasFault),
    /// A policy cannot be written as JSON.
    #[error("a policy cannot be written")]
    Policy(#[source] serde_json::Error),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// How an area stands when it is first imported.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Level.
    pub security_level: SecurityLevel,
    /// Band.
    pub risk_band: Option<RiskBand>,
    /// Status.
    pub status: AreaStatus,
    /// Every version of the policy, rising from 1; the last is in force.
    pub policies: Vec<AreaPolicy>,
    /// Invented for demonstration.
    pub demonstration: bool,
}
