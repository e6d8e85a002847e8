//! Circles, as polygons around them.

use std::f64::consts::{PI, TAU};

use crate::atlas::geometry::antimeridian;
use crate::atlas::geometry::distance::EARTH_RADIUS_KM;
use crate::atlas::geometry::geojson::Position;
use crate::atlas::geometry::shape::{Shape, ShapeError};
use crate::model::LonLat;

/// Corners of the polygon.
const CORNERS: u32 = 72;
/// The polygon reaches so much farther than the circle that its edges, straight in degrees, lie
/// outside it everywhere: 1 / cos(π/72) and a fifth of a per cent.
const REACH: f64 = 1.003;
/// Nearer to a pole than this, degrees of longitude are too narrow for straight edges.
const NORTHMOST: f64 = 85.0;
/// The largest radius, in kilometres.
const FARTHEST_KM: f64 = 500.0;

impl Shape {
    /// A shape around a circle on the sphere: wherever the circle reaches, the shape does. For radii
    /// up to [`Shape::WIDEST_CIRCLE_KM`] that stay 5 degrees away from the poles.
    pub fn around(middle: LonLat, km: f64) -> Result<Self, ShapeError> {
        let reach = km * REACH / EARTH_RADIUS_KM;
        let is_wide = !(km > 0.0 && km <= Self::WIDEST_CIRCLE_KM);
        if is_wide {
            return Err(ShapeError::Flat);
        }
        if middle.lat().abs() + reach.to_degrees() > NORTHMOST {
            return Err(ShapeError::AroundPole);
        }
        let corner = |step: u32| corner(middle, reach, f64::from(step) * TAU / f64::from(CORNERS));
        let mut ring: Vec<Position> = (0..CORNERS).map(corner).collect();
        ring.extend(ring.first().copied());
        antimeridian::cut(vec![vec![ring]])
    }

    /// The widest circle that can be drawn around, in kilometres.
    pub const WIDEST_CIRCLE_KM: f64 = FARTHEST_KM;
}

/// The point so far away, counterclockwise from east; its longitude may lie beyond the map's edge.
fn corner(middle: LonLat, reach: f64, turn: f64) -> Position {
    let (lat, bearing) = (middle.lat().to_radians(), PI / 2.0 - turn);
    let sin = lat.sin() * reach.cos() + lat.cos() * reach.sin() * bearing.cos();
    let east = bearing.sin() * reach.sin() * lat.cos();
    let lon = east.atan2(reach.cos() - lat.sin() * sin);
    Position(middle.lon() + lon.to_degrees(), sin.asin().to_degrees())
}
