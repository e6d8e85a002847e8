//! The loaded world: areas with their shapes, states and policies, fences over them, airports and
//! cities. One immutable [`Atlas`] is the world in one version; a change makes the next beside it
//! and shares what did not change.
//!
//! | file | what |
//! | --- | --- |
//! | [`geometry`] | exact shapes, indexes and paths |
//! | `area` | one area: what never changes of it, and how it stands |
//! | `places`, `placing` | airports and cities, and how a place is put into its area |
//! | `fences` | the overlay |
//! | `world`, `lookup` | the atlas: by name; at a point, along a path, nearby |

pub mod geometry;

mod answer;
mod area;
mod boxes;
mod fences;
mod lookup;
mod names;
mod places;
mod placing;
mod world;

pub use answer::{Along, Contact, Covering, PlaceFault};
pub use area::{AreaEntry, AreaGround, AreaNames, AreaState, Strictness, ZoneBasis};
pub use boxes::{AreaBox, rectangle};
pub use fences::{DrawnFence, FenceLayer};
pub use geometry::{
    BuildError, Defect, DefectKind, Mosaic, Part, Path, PathError, PathKind, RawPolygons, Repair,
    RepairKind, Shape, ShapeError, Spot, distance_km, features, receive,
};
pub use places::{Airport, AreaIndex, Candidates, City, Places, Placing};
pub use placing::{Surroundings, placed_in_country};
pub use world::{Atlas, AtlasFault, AtlasParts};
