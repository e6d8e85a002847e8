//! Exact plane geometry on longitude and latitude: which shapes cover a point, which a path touches.
//!
//! Coordinates are degrees, `f64`, longitude in -180..=180 and latitude in -90..=90; edges are
//! straight in the plane of degrees and are never moved, cut or simplified. The answers are those
//! that `PostGIS` gives on the same shapes (`./dev verify-geometry` asks it).
//!
//! | Value | Is | Answers |
//! | --- | --- | --- |
//! | [`Shape`] | a multipolygon, from GeoJSON or bytes | |
//! | [`Mosaic`] | an index of large shapes that rarely overlap (areas), storable | `at`, `along`, `nearest`, `within` |
//! | [`Overlay`] | an index of very many small shapes that may overlap (fences) | `at`, `along`, `within` |
//! | [`Path`] | a line as it is travelled: refined, cut at ±180°, over the poles | |
//!
//! A shape is known by its [`Handle`], a number the caller chose when the layer was built. `at`
//! answers [`Handles`], sorted, without allocating for up to eight; `along` answers [`Contact`]s in
//! order of first contact, with the fractions of the path at which the shape is touched. A boundary
//! is inside. A point at ±180° is asked on both edges of the map.

mod antimeridian;
mod block;
mod card;
mod cell;
mod contact;
mod cut;
mod distance;
mod draft;
mod geojson;
mod handles;
mod leaf;
mod measure;
mod mosaic;
mod number;
mod overlay;
mod path;
mod point;
mod prepared;
mod received;
mod seams;
mod shape;
mod side;
mod sieve;
mod simple;
mod square;
mod stored;
mod tile;
mod trace;
mod walk;
mod write;

pub use contact::Contact;
pub use distance::{EARTH_RADIUS_KM, distance_km};
pub use geojson::{Feature, features};
pub use handles::{Handle, Handles};
pub use mosaic::{BuildError, Mosaic};
pub use overlay::Overlay;
pub use path::{Path, PathError, PathKind, Vertex};
pub use prepared::PreparedError;
pub use received::{Defect, DefectKind, RawPolygons, Received, Repair, RepairKind, Spot, receive};
pub use shape::{Part, Ring, Shape, ShapeError};
