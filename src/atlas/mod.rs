//! The loaded world: areas with their shapes, states and policies, fences over them, airports and
//! cities. One immutable [`Atlas`] is the world in one version; a change makes the next beside it.
//!
//! Signatures of the whole atlas land with the geometry.

mod answer;
mod area;
pub mod geometry;
mod places;
mod placing;

pub use answer::{Along, Contact, Covering, PlaceFault};
pub use area::{AreaEntry, AreaGround, AreaNames, AreaState, Strictness, ZoneBasis};
pub use places::{Airport, AreaIndex, Candidates, City, Places, Placing};
pub use placing::Surroundings;
