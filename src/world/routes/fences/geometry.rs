//! Geometries as they are sent: GeoJSON polygons and circles.

use std::fmt::Write as _;

use serde_json::Value;

use super::body::Wished;
use crate::atlas::{Atlas, Defect, RawPolygons, Repair, Shape, ShapeError, Spot, receive};
use crate::model::{AreaId, LonLat};
use crate::web::{Faults, Field, Problem};

/// Positions of a fence at most.
const MOST_POSITIONS: usize = 20_000;
/// The pointer of a geometry.
const GEOMETRY: &str = "/geometry";
/// Circles are at least so wide, in metres.
const LEAST_RADIUS: f64 = 1.0;

/// Something put right, as it is told.
#[derive(Debug, Clone)]
pub(super) struct Mended {
    /// What was done.
    pub(super) kind: &'static str,
    /// Where in the body.
    pub(super) pointer: String,
    /// Where on the earth.
    pub(super) at: Option<[f64; 2]>,
}

/// A shape that was read, with what was put right.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) shape: Shape,
    pub(super) repairs: Vec<Mended>,
    /// As it was sent, to look whether the axes are exchanged; none for a circle.
    pub(super) raw: RawPolygons,
}

/// The geometry of a feature; every defect is noted with its pointer and its place.
pub(super) fn polygons(field: &Field<'_>, faults: &Faults) -> Option<Read> {
    let mut object = field.object()?;
    let kind = object.field("type").required();
    let name = kind.text(1..=32);
    let coordinates = object.field("coordinates").required();
    let _ignored = object.field("bbox");
    object.finish();
    let raw = match (name?, coordinates.value()?) {
        ("Polygon", value) => vec![rings(value, coordinates.pointer(), faults)?],
        ("MultiPolygon", value) => {
            list(value, coordinates.pointer(), faults, |value, at| rings(value, at, faults))?
        }
        _ => {
            kind.fault("CHOICE", "must be Polygon or MultiPolygon: others have no inside");
            return None;
        }
    };
    let is_single = name == Some("Polygon");
    match receive(&raw, MOST_POSITIONS) {
        Ok(received) => {
            let repairs = received.repairs.iter().map(|repair| mended(repair, is_single));
            Some(Read { repairs: repairs.collect(), shape: received.shape, raw })
        }
        Err(defects) => {
            for defect in &defects {
                faults.add(
                    pointer(&defect.spot, is_single),
                    defect.kind.code(),
                    words(defect, is_single),
                );
            }
            None
        }
    }
}

/// A circle, as the shape around it.
pub(super) fn circle(field: &Field<'_>) -> Option<Read> {
    let mut object = field.object()?;
    let center = object.field("center").required();
    let most = Shape::WIDEST_CIRCLE_KM * 1000.0;
    let radius = object.field("radius_m").required().number(LEAST_RADIUS..=most);
    object.finish();
    let middle: LonLat = center.read()?;
    match Shape::around(middle, radius? / 1000.0) {
        Ok(shape) => {
            let pointer = field.pointer().to_owned();
            let made = Mended { kind: "circle_drawn_around", pointer, at: Some(middle.into()) };
            Some(Read { shape, repairs: vec![made], raw: Vec::new() })
        }
        Err(ShapeError::AroundPole) => {
            field.fault("CIRCLE_AT_POLE", "reaches beyond 85 degrees: send a polygon");
            None
        }
        Err(error) => {
            field.fault("INVALID", error.to_string());
            None
        }
    }
}

/// A shape at sea that would lie on land with its axes exchanged was most likely written with the
/// latitude first: refused, unless the sender says that it is meant so.
pub(super) fn suspect(atlas: &Atlas, wished: &Wished) -> Result<(), Problem> {
    let touched = |shape: &Shape| atlas.areas_touched(shape).unwrap_or_default();
    if wished.axes_confirmed || !touched(&wished.wish.shape).is_empty() {
        return Ok(());
    }
    let turned = |ring: &Vec<[f64; 2]>| ring.iter().map(|&[lon, lat]| [lat, lon]).collect();
    let exchanged: RawPolygons =
        wished.raw.iter().map(|rings| rings.iter().map(turned).collect()).collect();
    let Ok(exchanged) = receive(&exchanged, MOST_POSITIONS) else { return Ok(()) };
    let would = touched(&exchanged.shape);
    if would.is_empty() {
        return Ok(());
    }
    let areas: Vec<&str> = would.iter().take(3).map(AreaId::as_str).collect();
    let faults = Faults::new();
    let detail = format!(
        "lies in no area; as [latitude, longitude] it would lie in {}. GeoJSON has the longitude \
         first. If it is meant so, say `axes_confirmed: true`",
        areas.join(", ")
    );
    faults.add(GEOMETRY, "AXES_SUSPECT", detail);
    faults.settle(None)
}

fn mended(repair: &Repair, is_single: bool) -> Mended {
    let pointer = pointer(&repair.spot, is_single);
    Mended { kind: repair.kind.as_str(), pointer, at: repair.spot.at }
}

fn pointer(spot: &Spot, is_single: bool) -> String {
    let mut pointer = format!("{GEOMETRY}/coordinates");
    let polygon = (!is_single).then_some(spot.polygon);
    for step in [polygon, spot.ring, spot.position].into_iter().flatten() {
        pointer.push('/');
        pointer.push_str(&step.to_string());
    }
    pointer
}

/// What is wrong, where on the earth, and with what else.
fn words(defect: &Defect, is_single: bool) -> String {
    let mut words = defect.kind.text().to_owned();
    if let Some([lon, lat]) = defect.spot.at.map(|at| at.map(to_a_centimetre)) {
        let _infallible = write!(words, "; at longitude {lon}, latitude {lat}");
    }
    if let Some(other) = &defect.other {
        let other = pointer(other, is_single);
        let _infallible = write!(words, "; the other edge begins at {other}");
    }
    words
}

/// Nobody needs a place more exactly than this.
fn to_a_centimetre(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

type Rings = Vec<Vec<[f64; 2]>>;

fn rings(value: &Value, at: &str, faults: &Faults) -> Option<Rings> {
    list(value, at, faults, |value, at| {
        list(value, at, faults, |value, at| position(value, at, faults))
    })
}

/// The entries of a list, or every one that cannot be read.
fn list<T>(
    value: &Value,
    at: &str,
    faults: &Faults,
    read: impl Fn(&Value, &str) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(entries) = value.as_array() else {
        faults.add(at, "TYPE", "must be a list");
        return None;
    };
    let read = |(index, value)| read(value, &format!("{at}/{index}"));
    let entries: Vec<Option<T>> = entries.iter().enumerate().map(read).collect();
    entries.into_iter().collect()
}

/// Longitude and latitude; a height after them is read over.
fn position(value: &Value, at: &str, faults: &Faults) -> Option<[f64; 2]> {
    let numbers = value.as_array().map(|entries| entries.iter().map(Value::as_f64));
    let numbers: Option<Vec<f64>> = numbers.and_then(Iterator::collect);
    let position = numbers.and_then(|numbers| numbers.first_chunk::<2>().copied());
    if position.is_none() {
        faults.add(at, "TYPE", "must be [longitude, latitude]");
    }
    position
}
