//! Whether a part has a clear inside.

use super::point::Xy;
use super::shape::{Part, Ring, ShapeError};
use super::side::{boxed, contact, side};

/// Two edges that meet where a polygon's edges may not; each by its ring and its place in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clash {
    pub(super) one: (usize, usize),
    pub(super) other: (usize, usize),
    pub(super) at: Xy,
}

/// Closed lines, the outer one first; no position stands twice in a row.
pub(super) type Lines = Vec<Vec<Xy>>;

struct Edge {
    a: Xy,
    b: Xy,
    ring: usize,
    place: usize,
    last: usize,
}

/// Refuses a part whose edges cross, whose rings touch themselves, or whose holes lie outside.
pub(super) fn check(part: &Part) -> Result<(), ShapeError> {
    let lines: Lines = part.rings().map(line).collect();
    if lines.iter().any(|line| line.len() < 4) {
        return Err(ShapeError::Flat);
    }
    if let Some(Clash { at, .. }) = clashes(&lines, 1).first() {
        return Err(ShapeError::Crossing { lon: at.x, lat: at.y });
    }
    if holes_outside(&lines).is_empty() { Ok(()) } else { Err(ShapeError::Hole) }
}

fn line(ring: &Ring) -> Vec<Xy> {
    let mut line: Vec<Xy> = ring.points().iter().map(|&point| point.into()).collect();
    line.dedup();
    line
}

/// Where edges meet that may not, so many at most, from west to east.
pub(super) fn clashes(lines: &[Vec<Xy>], most: usize) -> Vec<Clash> {
    let mut edges: Vec<Edge> = lines.iter().enumerate().flat_map(edges_of).collect();
    edges.sort_unstable_by(|one, other| west(one).total_cmp(&west(other)));
    let (mut open, mut found): (Vec<&Edge>, Vec<Clash>) = (Vec::new(), Vec::new());
    for edge in &edges {
        open.retain(|other| other.a.x.max(other.b.x) >= west(edge));
        found.extend(open.iter().filter_map(|other| clash(edge, other)));
        if found.len() >= most {
            found.truncate(most);
            return found;
        }
        open.push(edge);
    }
    found
}

fn edges_of((ring, line): (usize, &Vec<Xy>)) -> impl Iterator<Item = Edge> {
    let last = line.len().saturating_sub(2);
    let ends = line.iter().zip(line.iter().skip(1)).enumerate();
    ends.map(move |(place, (&a, &b))| Edge { a, b, ring, place, last })
}

fn west(edge: &Edge) -> f64 {
    edge.a.x.min(edge.b.x)
}

fn clash(one: &Edge, other: &Edge) -> Option<Clash> {
    if one.a.y.max(one.b.y) < other.a.y.min(other.b.y)
        || other.a.y.max(other.b.y) < one.a.y.min(one.b.y)
    {
        return None;
    }
    let (from, to) = contact(one.a, one.b, other.a, other.b)?;
    // a hole may touch its border in a point, not cross it
    let allowed = if one.ring == other.ring {
        follows(one, other) && to <= from
    } else {
        to <= from && !strictly_crosses(one, other)
    };
    let place = |edge: &Edge| (edge.ring, edge.place);
    (!allowed).then(|| Clash {
        one: place(one).min(place(other)),
        other: place(one).max(place(other)),
        at: one.a.toward(one.b, from),
    })
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

/// The holes, by their places among the lines, that are not inside the outer one. Since the lines
/// do not cross, one vertex off the border tells for the whole hole.
pub(super) fn holes_outside(lines: &[Vec<Xy>]) -> Vec<usize> {
    let Some((outer, holes)) = lines.split_first() else { return Vec::new() };
    let lies_outside = |hole: &[Xy]| {
        let known = hole.iter().find_map(|&p| locate(outer, p));
        known == Some(false)
    };
    let holes = (1..).zip(holes);
    holes.filter(|(_, hole)| lies_outside(hole)).map(|(place, _)| place).collect()
}

/// Whether a line goes round a point; none where the point is on it.
fn locate(line: &[Xy], p: Xy) -> Option<bool> {
    let mut inside = false;
    for (&a, &b) in line.iter().zip(line.iter().skip(1)) {
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
