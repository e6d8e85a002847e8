//! Polygons as people write them, brought onto the map: rings that cross ±180° are cut there.

use super::geojson::{Position, Rings};
use super::shape::{Part, Ring, Shape, ShapeError};
use crate::model::LonLat;

/// Positions onto the map. Rings wholly on it stay as they are, number for number.
pub(super) fn cut(polygons: Vec<Rings>) -> Result<Shape, ShapeError> {
    let mut parts = Vec::new();
    for rings in polygons {
        check_positions(&rings)?;
        if rings.iter().any(|ring| leaves_map(ring)) {
            cut_polygon(&rings, &mut parts)?;
        } else {
            parts.push(part(&rings)?);
        }
    }
    Shape::new(parts)
}

fn check_positions(rings: &Rings) -> Result<(), ShapeError> {
    let on_map = |at: &Position| at.0.abs() <= 540.0 && at.1.abs() <= 90.0;
    match rings.iter().flatten().find(|at| !on_map(at)) {
        Some(&Position(lon, lat)) => Err(ShapeError::Position { lon, lat }),
        None => Ok(()),
    }
}

/// Whether the ring runs over an edge of the map. The long edge along a pole is none of those.
pub(super) fn leaves_map(ring: &[Position]) -> bool {
    let along_pole = |a: &Position, b: &Position| a.1.abs() >= 90.0 && a.1.total_cmp(&b.1).is_eq();
    ring.iter().any(|at| at.0.abs() > 180.0)
        || ring
            .iter()
            .zip(ring.iter().skip(1))
            .any(|(a, b)| (b.0 - a.0).abs() > 180.0 && !along_pole(a, b))
}

fn part(rings: &[Vec<Position>]) -> Result<Part, ShapeError> {
    let mut rings = rings.iter().map(|ring| ring_of(ring));
    let outer = rings.next().ok_or(ShapeError::Empty)??;
    Ok(Part { outer, holes: rings.collect::<Result<_, _>>()? })
}

fn ring_of(positions: &[Position]) -> Result<Ring, ShapeError> {
    let point = |&Position(lon, lat): &Position| {
        LonLat::new(lon, lat).map_err(|_off| ShapeError::Position { lon, lat })
    };
    Ring::new(positions.iter().map(point).collect::<Result<_, _>>()?)
}

/// Lays the rings out on an endless map, then takes from it each world's width in turn.
fn cut_polygon(rings: &Rings, parts: &mut Vec<Part>) -> Result<(), ShapeError> {
    let mut laid = rings.iter().map(|ring| lay_out(ring)).collect::<Result<Vec<_>, _>>()?;
    let (outer, holes) = laid.split_first_mut().ok_or(ShapeError::Empty)?;
    let (west, east) = extent(outer);
    for hole in holes {
        let (from, to) = extent(hole);
        let turn = if from < west {
            360.0
        } else if to > east {
            -360.0
        } else {
            0.0
        };
        for at in hole {
            at.0 += turn;
        }
    }
    for turn in [-720.0, -360.0, 0.0, 360.0, 720.0] {
        let pieces: Vec<_> =
            laid.iter().map(|ring| window(ring, turn)).filter(|ring| ring.len() >= 4).collect();
        let keeps_outer = laid.first().is_some_and(|ring| window(ring, turn).len() >= 4);
        if keeps_outer {
            parts.push(part(&pieces)?);
        }
    }
    Ok(())
}

/// From where to where in longitude a ring reaches.
pub(super) fn extent(ring: &[Position]) -> (f64, f64) {
    ring.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(west, east), at| {
        (west.min(at.0), east.max(at.0))
    })
}

/// Every step the short way round.
pub(super) fn lay_out(ring: &[Position]) -> Result<Vec<Position>, ShapeError> {
    let mut laid: Vec<Position> = Vec::with_capacity(ring.len());
    for &Position(lon, lat) in ring {
        let turns = laid.last().map_or(0.0, |last| ((lon - last.0) / 360.0).round());
        laid.push(Position(lon - 360.0 * turns, lat));
    }
    let closes = match (laid.first(), laid.last()) {
        (Some(first), Some(last)) => (first.0 - last.0).abs() < 180.0,
        _ => return Err(ShapeError::Short),
    };
    if closes { Ok(laid) } else { Err(ShapeError::AroundPole) }
}

/// What of a ring lies within one world's width, moved onto the map (Sutherland and Hodgman).
fn window(ring: &[Position], turn: f64) -> Vec<Position> {
    let moved: Vec<_> = ring.iter().map(|at| Position(at.0 + turn, at.1)).collect();
    let east_of = clip(&moved, -180.0, |lon| lon >= -180.0);
    let within = clip(&east_of, 180.0, |lon| lon <= 180.0);
    let (west, east) = extent(&within);
    if east > west { within } else { Vec::new() }
}

fn clip(ring: &[Position], meridian: f64, keeps: impl Fn(f64) -> bool) -> Vec<Position> {
    let mut kept: Vec<Position> = Vec::with_capacity(ring.len() + 4);
    for (a, b) in ring.iter().zip(ring.iter().skip(1)) {
        if keeps(a.0) {
            kept.push(*a);
        }
        if keeps(a.0) != keeps(b.0) {
            let t = (meridian - a.0) / (b.0 - a.0);
            kept.push(Position(meridian, a.1 + (b.1 - a.1) * t));
        }
    }
    kept.extend(kept.first().copied());
    kept
}
