//! Stays from segments, the rules, the outcome lattice, remedies, replay. Pure.

mod registry;
mod sanity;

pub use registry::{RULES, Rule, rule};
pub use sanity::{Fault, itinerary_faults};

use crate::model::{Decision, Facts, Terrain, Trip};

/// Version of the rules. Raised with every change that alters an outcome of the rule cases.
pub const RULESET_VERSION: &str = "2026.11.1";

/// What `survey` is told beside the itinerary and the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurveySettings {
    /// Within so many kilometres of a border the map's own error counts (2 by default).
    pub near_margin_km: f64,
    /// The world's data is older than its maximum age: people decide.
    pub world_stale: bool,
}

impl Default for SurveySettings {
    fn default() -> Self {
        Self { near_margin_km: 2.0, world_stale: false }
    }
}

/// Decides a trip: the same inputs give the same decision, for ever.
pub fn decide(_trip: &Trip, _facts: &Facts, _terrain: &Terrain) -> Decision {
    todo!()
}
