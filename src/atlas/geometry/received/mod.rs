//! Polygons as people send them: repaired where the repair changes nothing of what they enclose,
//! refused with the place on the earth where it is not clear what that is.
//!
//! Nothing is simplified and no edge is moved, so a danger fence never gets smaller than it was
//! drawn. Repairs: a ring left open is closed, a position given twice in a row is kept once, a ring
//! that runs the wrong way round is turned (RFC 7946, 3.1.6), one over the antimeridian is cut
//! there (3.1.9).

mod circle;
mod rings;

use self::rings::{Laid, Reading};
use super::antimeridian;
use super::point::Xy;
use super::shape::{Shape, ShapeError};
use super::simple;

/// Polygons, their rings, and the positions of those: longitude and latitude in degrees.
pub type RawPolygons = Vec<Vec<Vec<[f64; 2]>>>;

/// More crossings than anybody reads; the rest is not told.
const MOST_CLASHES: usize = 50;

/// A place in what was sent, and where on the earth it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spot {
    /// Which polygon, from 0.
    pub polygon: usize,
    /// Which ring of it, the outer one being 0; none for the polygon itself.
    pub ring: Option<usize>,
    /// Which position of the ring, from 0; of an edge, its beginning.
    pub position: Option<usize>,
    /// Longitude and latitude in degrees, where there is one.
    pub at: Option<[f64; 2]>,
}

/// What was put right, without changing what is enclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RepairKind {
    /// The last position was not the first: the first is repeated at the end.
    RingClosed,
    /// A position stood twice in a row.
    PointRepeated,
    /// An outer ring ran clockwise, or a hole the other way.
    WindingTurned,
    /// A ring over ±180° was cut there.
    AntimeridianCut,
}

impl RepairKind {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RingClosed => "ring_closed",
            Self::PointRepeated => "point_repeated",
            Self::WindingTurned => "winding_turned",
            Self::AntimeridianCut => "antimeridian_cut",
        }
    }
}

/// A repair and where it was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repair {
    /// What.
    pub kind: RepairKind,
    /// Where.
    pub spot: Spot,
}

/// Why it is not clear what is enclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DefectKind {
    /// There is no polygon, or one without a ring.
    Empty,
    /// More positions than are taken.
    TooManyPositions,
    /// A position off the map.
    OffTheMap,
    /// Positions off the map, all of which are on it with latitude and longitude exchanged.
    AxesSwapped,
    /// A ring of fewer than three different positions.
    RingShort,
    /// A ring that encloses nothing.
    RingFlat,
    /// Two edges cross, touch or lie on each other.
    EdgesMeet,
    /// A hole that is not inside its outer ring.
    HoleOutside,
    /// A ring around a pole that does not come back to where it began.
    AroundPole,
}

impl DefectKind {
    /// The stable code in a problem.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "GEOMETRY_EMPTY",
            Self::TooManyPositions => "TOO_MANY_POSITIONS",
            Self::OffTheMap => "COORDINATES_IMPOSSIBLE",
            Self::AxesSwapped => "AXES_SWAPPED",
            Self::RingShort => "RING_SHORT",
            Self::RingFlat => "RING_FLAT",
            Self::EdgesMeet => "EDGES_MEET",
            Self::HoleOutside => "HOLE_OUTSIDE",
            Self::AroundPole => "RING_AROUND_POLE",
        }
    }

    /// What is wrong, and what would put it right.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Empty => "there is nothing enclosed",
            Self::TooManyPositions => "has more positions than are taken",
            Self::OffTheMap => {
                "must be [longitude, latitude], the latitude within ±90 degrees and the longitude \
                 within ±180, or up to 540 in a ring that runs over the antimeridian"
            }
            Self::AxesSwapped => {
                "looks like [latitude, longitude]; GeoJSON has the longitude first"
            }
            Self::RingShort => "a ring needs three different positions and the first again",
            Self::RingFlat => "a ring must enclose an area",
            Self::EdgesMeet => "edges meet where a polygon's edges may not",
            Self::HoleOutside => "a hole must lie inside the first ring of its polygon",
            Self::AroundPole => {
                "a ring goes round a pole: close it along the pole and the antimeridian"
            }
        }
    }
}

/// A defect and where it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Defect {
    /// What.
    pub kind: DefectKind,
    /// Where.
    pub spot: Spot,
    /// The other edge, where two meet.
    pub other: Option<Spot>,
}

/// A sound shape, and what was put right on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The shape, cut at ±180°, outer rings counterclockwise.
    pub shape: Shape,
    /// Repairs in the order of what was sent.
    pub repairs: Vec<Repair>,
}

/// Reads polygons of at most so many positions in all; tells every defect.
pub fn receive(polygons: &RawPolygons, most_positions: usize) -> Result<Received, Vec<Defect>> {
    let positions: usize = polygons.iter().flatten().map(Vec::len).sum();
    if polygons.is_empty() || positions > most_positions {
        let kind =
            if polygons.is_empty() { DefectKind::Empty } else { DefectKind::TooManyPositions };
        return Err(vec![Defect { kind, spot: Spot::default(), other: None }]);
    }
    if let Some(spot) = exchanged(polygons) {
        return Err(vec![Defect { kind: DefectKind::AxesSwapped, spot, other: None }]);
    }
    let mut reading = Reading::default();
    let mut cut = Vec::with_capacity(polygons.len());
    for (polygon, rings) in polygons.iter().enumerate() {
        let Some(laid) = reading.polygon(polygon, rings) else { continue };
        look(&laid, polygon, &mut reading.defects);
        cut.push(reading.turned(polygon, laid));
    }
    if reading.defects.is_empty() {
        match antimeridian::cut(cut) {
            Ok(shape) => return Ok(Received { shape, repairs: reading.repairs }),
            Err(error) => reading.defects.push(of_cutting(&error)),
        }
    }
    Err(reading.defects)
}

/// The first position off the map, if exchanging the axes everywhere would bring all onto it.
fn exchanged(polygons: &RawPolygons) -> Option<Spot> {
    let fits = |[lon, lat]: [f64; 2]| lon.abs() <= 180.0 && lat.abs() <= 90.0;
    let all = || polygons.iter().flatten().flatten().copied();
    if !all().all(|[lon, lat]| fits([lat, lon])) {
        return None;
    }
    positions(polygons).find(|spot| spot.at.is_some_and(|at| !fits(at)))
}

fn positions(polygons: &RawPolygons) -> impl Iterator<Item = Spot> {
    polygons.iter().enumerate().flat_map(|(polygon, rings)| {
        rings.iter().enumerate().flat_map(move |(ring, line)| {
            line.iter().enumerate().map(move |(position, &at)| Spot {
                polygon,
                ring: Some(ring),
                position: Some(position),
                at: Some(at),
            })
        })
    })
}

/// Looks at a polygon as it was drawn, before it is cut anywhere.
fn look(laid: &[Laid], polygon: usize, defects: &mut Vec<Defect>) {
    let lines: simple::Lines = laid.iter().map(|ring| ring.line.clone()).collect();
    let found = simple::clashes(&lines, MOST_CLASHES);
    let is_clear = found.is_empty();
    for clash in found {
        let spot = |(ring, place): (usize, usize)| Spot {
            polygon,
            ring: Some(ring),
            position: laid.get(ring).and_then(|laid| laid.came_from.get(place)).copied(),
            at: Some(on_map(clash.at)),
        };
        let (spot, other) = (spot(clash.one), Some(spot(clash.other)));
        defects.push(Defect { kind: DefectKind::EdgesMeet, spot, other });
    }
    if is_clear {
        for ring in simple::holes_outside(&lines) {
            let at = lines.get(ring).and_then(|line| line.first()).map(|&at| on_map(at));
            let spot = Spot { polygon, ring: Some(ring), position: None, at };
            defects.push(Defect { kind: DefectKind::HoleOutside, spot, other: None });
        }
    }
}

/// A place of the endless map on the map.
fn on_map(at: Xy) -> [f64; 2] {
    let turns = if at.x.abs() > 180.0 { (at.x / 360.0).round() } else { 0.0 };
    [at.x - 360.0 * turns, at.y]
}

/// Cutting finds nothing wrong with what was looked at; if it does, nothing is drawn.
fn of_cutting(error: &ShapeError) -> Defect {
    let at = match error {
        ShapeError::Position { lon, lat } | ShapeError::Crossing { lon, lat } => Some([*lon, *lat]),
        ShapeError::Json(_)
        | ShapeError::Kind(_)
        | ShapeError::Empty
        | ShapeError::Short
        | ShapeError::Open
        | ShapeError::Flat
        | ShapeError::Hole
        | ShapeError::AroundPole
        | ShapeError::Bytes(_) => None,
    };
    Defect { kind: DefectKind::RingFlat, spot: Spot { at, ..Spot::default() }, other: None }
}
