//! Whether a part has a clear inside.

use super::point::Xy;
use super::shape::{Part, Ring, ShapeError};
use super::side::{boxed, contact, side};

struct Edge {
    a: Xy,
    b: Xy,
    ring: usize,
    place: usize,
    last: usize,
}

/// Refuses a part whose edges cross, whose rings touch themselves, or whose holes lie outside.
pub(super) fn check(part: &Part) -> Result<(), ShapeError> {
    let mut edges = Vec::new();
    for (ring, line) in part.rings().enumerate() {
        let last = line.edges().count().saturating_sub(1);
        if last < 2 {
            return Err(ShapeError::Flat);
        }
        let place = |(place, (a, b))| Edge { a, b, ring, place, last };
        edges.extend(line.edges().enumerate().map(place));
    }
    edges.sort_unstable_by(|one, other| west(one).total_cmp(&west(other)));
    let mut open: Vec<&Edge> = Vec::new();
    for edge in &edges {
        open.retain(|other| other.a.x.max(other.b.x) >= west(edge));
        for other in &open {
            may_meet(edge, other)?;
        }
        open.push(edge);
    }
    part.holes.iter().try_for_each(|hole| inside(&part.outer, hole))
}

fn west(edge: &Edge) -> f64 {
    edge.a.x.min(edge.b.x)
}

fn may_meet(one: &Edge, other: &Edge) -> Result<(), ShapeError> {
    if one.a.y.max(one.b.y) < other.a.y.min(other.b.y)
        || other.a.y.max(other.b.y) < one.a.y.min(one.b.y)
    {
        return Ok(());
    }
    let Some((from, to)) = contact(one.a, one.b, other.a, other.b) else { return Ok(()) };
    // a hole may touch its border in a point, not cross it
    let allowed = if one.ring == other.ring {
        follows(one, other) && to <= from
    } else {
        to <= from && !strictly_crosses(one, other)
    };
    if allowed {
        return Ok(());
    }
    let at = one.a.toward(one.b, from);
    Err(ShapeError::Crossing { lon: at.x, lat: at.y })
}

fn follows(one: &Edge, other: &Edge) -> bool {
    let apart = one.place.abs_diff(other.place);
    apart == 1 || apart == one.last
}

fn strictly_crosses(one: &Edge, other: &Edge) -> bool {
    let parted = |a, b, p, q| {
        let (p, q) = (side(a, b, p), side(a, b, q));
        (p > 0.0 && q < 0.0) || (p < 0.0 && q > 0.0)
    };
    parted(one.a, one.b, other.a, other.b) && parted(other.a, other.b, one.a, one.b)
}

/// Since the rings do not cross, one vertex off the border tells for the whole hole.
fn inside(outer: &Ring, hole: &Ring) -> Result<(), ShapeError> {
    for (p, _) in hole.edges() {
        match locate(outer, p) {
            Some(true) => return Ok(()),
            Some(false) => return Err(ShapeError::Hole),
            None => {}
        }
    }
    Ok(())
}

fn locate(ring: &Ring, p: Xy) -> Option<bool> {
    let mut inside = false;
    for (a, b) in ring.edges() {
        let of_p = side(a, b, p);
        if of_p.abs() <= 0.0 && boxed(a, b, p) {
            return None;
        }
        if (a.y <= p.y) != (b.y <= p.y) && (of_p > 0.0) == (b.y > a.y) {
            inside = !inside;
        }
    }
    Some(inside)
}
