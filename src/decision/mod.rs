//! Stays from segments, the rules, the outcome lattice, remedies, replay. Pure.

mod amendment;
mod burden;
mod case;
mod clearance;
mod decide;
mod demand;
mod distance;
mod findings;
mod flights;
mod registry;
mod remedies;
mod replay;
mod rules;
mod sanity;
mod survey;

pub use amendment::{
    AMENDMENT_RULES, AmendmentRule, Asked, Change, Fate, Fates, Holding, Material, Reach,
    STANDS_IN, Side, Word, fates, has_room, window,
};
pub use decide::decide;
pub use flights::{flights, organization_gates, seats};
pub use registry::{RULES, Rule, rule};
pub use remedies::remedies;
pub use replay::{Difference, differences};
pub use sanity::{Fault, MOST_ROUTE_POINTS, MOST_SEGMENTS, MOST_TRAVELLERS, itinerary_faults};
pub use survey::survey;

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
