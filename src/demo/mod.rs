//! What is invented and says so: demonstration levels, the cast, a population, a day's traffic.

mod cast;
mod chance;
mod desk;
mod distance;
mod gazetteer;
pub mod levels;
mod member;
mod names;
mod organizations;
mod plan;
mod population;
mod stage;
mod store;
mod traffic;

pub use desk::{DeskDay, DeskReport, play};
pub use gazetteer::{Airport, Gazetteer, GazetteerError, ScheduledPair, Town};
pub use levels::{CountryFlags, standing};
pub use organizations::{ORGANIZATIONS, Organization};
pub use plan::{Expect, Payload, PlannedTrip, Sender, World, Wrong, day};
pub use stage::{StageError, Staged, set_stage};
pub use traffic::{Line, Report, Traffic, TrafficError, drive, lines};
