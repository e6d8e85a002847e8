//! A multipolygon in degrees: parts, each with an outer ring and holes.

use thiserror::Error;

use super::point::Xy;
use super::{antimeridian, geojson, simple, stored};
use crate::model::LonLat;

/// Why something is no shape.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ShapeError {
    /// Not the JSON of a geometry.
    #[error("not a GeoJSON geometry: {0}")]
    Json(String),
    /// A geometry that has no inside.
    #[error("a {0} has no inside; a Polygon or MultiPolygon is wanted")]
    Kind(String),
    /// No part, or a part without a ring.
    #[error("the shape is empty")]
    Empty,
    /// A position off the map.
    #[error("position {lon}, {lat} is not on the map")]
    Position {
        /// Degrees as given.
        lon: f64,
        /// Degrees as given.
        lat: f64,
    },
    /// A ring of fewer than four positions.
    #[error("a ring needs at least four positions, the last equal to the first")]
    Short,
    /// A ring whose last position is not its first.
    #[error("a ring's last position must equal its first")]
    Open,
    /// A ring without an inside.
    #[error("a ring encloses nothing")]
    Flat,
    /// Edges that cross or a ring that touches itself.
    #[error("edges meet at {lon}, {lat} where a polygon's edges may not")]
    Crossing {
        /// Degrees.
        lon: f64,
        /// Degrees.
        lat: f64,
    },
    /// A hole that is not inside its outer ring.
    #[error("a hole lies outside its part")]
    Hole,
    /// A ring around a pole that does not come back to where it began.
    #[error("a ring goes round a pole: close it along the pole and the antimeridian")]
    AroundPole,
    /// Bytes that are no stored shape.
    #[error("not a stored shape: {0}")]
    Bytes(&'static str),
}

/// A closed line of at least four positions, the last equal to the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring(Vec<LonLat>);

/// One polygon: an outer ring and the holes in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The border.
    pub outer: Ring,
    /// What is left out.
    pub holes: Vec<Ring>,
}

/// One or more polygons that are one area or fence. A point is inside if any part covers it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape(Vec<Part>);

impl Ring {
    /// A ring of these positions.
    pub fn new(points: Vec<LonLat>) -> Result<Self, ShapeError> {
        if points.len() < 4 {
            return Err(ShapeError::Short);
        }
        let (Some(&first), Some(&last)) = (points.first(), points.last()) else {
            return Err(ShapeError::Short);
        };
        if first != last {
            return Err(ShapeError::Open);
        }
        if points.iter().all(|&point| point == first) {
            return Err(ShapeError::Flat);
        }
        Ok(Self(points))
    }

    /// The positions, the last equal to the first.
    pub fn points(&self) -> &[LonLat] {
        &self.0
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (Xy, Xy)> + '_ {
        let ends = self.0.iter().zip(self.0.iter().skip(1));
        ends.filter(|(a, b)| a != b).map(|(&a, &b)| (Xy::from(a), Xy::from(b)))
    }
}

impl Part {
    /// The outer ring, then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> + '_ {
        std::iter::once(&self.outer).chain(&self.holes)
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (Xy, Xy)> + '_ {
        self.rings().flat_map(Ring::edges)
    }
}

impl Shape {
    /// A shape of these parts.
    pub fn new(parts: Vec<Part>) -> Result<Self, ShapeError> {
        if parts.is_empty() {
            return Err(ShapeError::Empty);
        }
        Ok(Self(parts))
    }

    /// Reads a GeoJSON `Polygon` or `MultiPolygon`, every coordinate exactly. A ring that crosses
    /// the antimeridian (a step of more than 180°, or longitudes up to 540) is cut there.
    pub fn from_geojson(geometry: &str) -> Result<Self, ShapeError> {
        antimeridian::cut(geojson::polygons(geometry)?)
    }

    /// Reads what [`Shape::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ShapeError> {
        stored::read(bytes)
    }

    /// A compact form for storing and shipping; exact.
    pub fn to_bytes(&self) -> Vec<u8> {
        stored::write(self)
    }

    /// The shape as a GeoJSON `MultiPolygon`.
    pub fn to_geojson(&self) -> String {
        geojson::write(self)
    }

    /// Refuses what has no clear inside: edges that cross, rings that touch themselves, holes
    /// outside their part. For shapes that people send in; costs more than reading them.
    pub fn check(&self) -> Result<(), ShapeError> {
        self.0.iter().try_for_each(simple::check)
    }

    /// The parts.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// How many positions the rings have in all.
    pub fn vertices(&self) -> usize {
        self.0.iter().flat_map(Part::rings).map(|ring| ring.points().len()).sum()
    }
}
