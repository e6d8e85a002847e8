//! GeoJSON (RFC 7946) as far as shapes need it. Numbers are read exactly.

use std::fmt::{self, Write as _};

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::shape::{Ring, Shape, ShapeError};

/// One feature of a collection, its properties and geometry as text.
#[derive(Debug, Deserialize)]
pub struct Feature<'a> {
    /// A JSON object.
    #[serde(borrow)]
    pub properties: &'a RawValue,
    /// For [`Shape::from_geojson`].
    #[serde(borrow)]
    pub geometry: &'a RawValue,
}

#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(borrow)]
    features: Vec<Feature<'a>>,
}

#[derive(Deserialize)]
struct Geometry<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
}

/// Longitude and latitude as written; a height after them is read over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position(pub(super) f64, pub(super) f64);

/// Rings of positions, nothing checked.
pub(super) type Rings = Vec<Vec<Position>>;

/// The features of a `FeatureCollection`.
pub fn features(text: &str) -> Result<Vec<Feature<'_>>, ShapeError> {
    Ok(parse::<Collection<'_>>(text)?.features)
}

pub(super) fn polygons(text: &str) -> Result<Vec<Rings>, ShapeError> {
    let geometry: Geometry<'_> = parse(text)?;
    let coordinates = geometry.coordinates.map(RawValue::get);
    match (geometry.kind.as_str(), coordinates) {
        ("Polygon", Some(text)) => Ok(vec![parse(text)?]),
        ("MultiPolygon", Some(text)) => parse(text),
        ("Polygon" | "MultiPolygon", None) => Err(ShapeError::Empty),
        _ => Err(ShapeError::Kind(geometry.kind)),
    }
}

pub(super) fn write(shape: &Shape) -> String {
    let mut text = String::from(r#"{"type":"MultiPolygon","coordinates":["#);
    for (index, part) in shape.parts().iter().enumerate() {
        text.push_str(if index > 0 { ",[" } else { "[" });
        for (index, ring) in part.rings().enumerate() {
            text.push_str(if index > 0 { ",[" } else { "[" });
            write_ring(ring, &mut text);
            text.push(']');
        }
        text.push(']');
    }
    text.push_str("]}");
    text
}

fn write_ring(ring: &Ring, text: &mut String) {
    for (index, point) in ring.points().iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        // writing to a String cannot fail
        let _written = write!(text, "{comma}[{},{}]", point.lon(), point.lat());
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ShapeError> {
    serde_json::from_str(text).map_err(|error| ShapeError::Json(error.to_string()))
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PositionVisitor)
    }
}

struct PositionVisitor;

impl<'de> Visitor<'de> for PositionVisitor {
    type Value = Position;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a position [longitude, latitude]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Position, A::Error> {
        let mut number = || seq.next_element::<f64>();
        let (Some(lon), Some(lat)) = (number()?, number()?) else {
            return Err(A::Error::custom("a position needs two numbers"));
        };
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Position(lon, lat))
    }
}
