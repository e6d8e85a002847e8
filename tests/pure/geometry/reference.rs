//! What the indexes answer, said slowly: every part, every edge, one after the other. Exact while
//! coordinates are multiples of 1/64 degree, because every product then fits a double.

use std::collections::BTreeSet;

use safeconduct::atlas::geometry::{Handle, Part, Path, Ring, Shape};
use safeconduct::model::LonLat;

pub(crate) type Xy = (f64, f64);

pub(crate) fn xy(point: LonLat) -> Xy {
    (point.lon(), point.lat())
}

/// Twice the signed area of a triangle.
fn turn(a: Xy, b: Xy, p: Xy) -> f64 {
    (b.0 - a.0) * (p.1 - a.1) - (p.0 - a.0) * (b.1 - a.1)
}

fn on(a: Xy, b: Xy, p: Xy) -> bool {
    turn(a, b, p).abs() <= 0.0
        && (a.0.min(b.0)..=a.0.max(b.0)).contains(&p.0)
        && (a.1.min(b.1)..=a.1.max(b.1)).contains(&p.1)
}

pub(crate) fn edges(ring: &Ring) -> impl Iterator<Item = (Xy, Xy)> + '_ {
    ring.points().windows(2).map(|ends| (xy(ends[0]), xy(ends[1])))
}

fn part_edges(part: &Part) -> impl Iterator<Item = (Xy, Xy)> + '_ {
    part.rings().flat_map(edges)
}

fn part_covers(part: &Part, p: Xy) -> bool {
    let mut winding = 0;
    for (a, b) in part_edges(part) {
        if on(a, b, p) {
            return true;
        }
        if a.1 <= p.1 && p.1 < b.1 && turn(a, b, p) > 0.0 {
            winding += 1;
        }
        if b.1 <= p.1 && p.1 < a.1 && turn(a, b, p) < 0.0 {
            winding += 1;
        }
    }
    winding % 2 == 1
}

pub(crate) fn covers(shape: &Shape, p: Xy) -> bool {
    shape.parts().iter().any(|part| part_covers(part, p))
}

/// Whether a point is closer to an edge than rounding could tell.
pub(crate) fn near_edge(shape: &Shape, p: Xy) -> bool {
    let near = |(a, b): (Xy, Xy)| {
        let along = ((p.0 - a.0) * (b.0 - a.0) + (p.1 - a.1) * (b.1 - a.1))
            / ((b.0 - a.0).powi(2) + (b.1 - a.1).powi(2));
        let t = along.clamp(0.0, 1.0);
        let (dx, dy) = (a.0 + (b.0 - a.0) * t - p.0, a.1 + (b.1 - a.1) * t - p.1);
        dx.hypot(dy) < 1e-10
    };
    shape.parts().iter().flat_map(part_edges).filter(|(a, b)| a != b).any(near)
}

/// The shapes that cover a point, the other edge of the map included.
pub(crate) fn at(shapes: &[Shape], point: LonLat) -> Vec<Handle> {
    let p = xy(point);
    let covers =
        |shape: &Shape| covers(shape, p) || (p.0.abs() >= 180.0 && covers(shape, (-p.0, p.1)));
    (0..).zip(shapes).filter(|(_, shape)| covers(shape)).map(|(handle, _)| handle).collect()
}

fn meet(p: Xy, q: Xy, a: Xy, b: Xy) -> bool {
    let parted = |a, b, p, q| turn(a, b, p) * turn(a, b, q) < 0.0;
    on(a, b, p)
        || on(a, b, q)
        || on(p, q, a)
        || on(p, q, b)
        || (parted(a, b, p, q) && parted(p, q, a, b))
}

/// The shapes that a path touches.
pub(crate) fn along(shapes: &[Shape], path: &Path) -> BTreeSet<Handle> {
    let steps: Vec<(Xy, Xy)> = path
        .lines()
        .flat_map(|line| line.windows(2))
        .map(|ends| ((ends[0].lon, ends[0].lat), (ends[1].lon, ends[1].lat)))
        .collect();
    let touches = |shape: &Shape| {
        path.points().iter().any(|vertex| covers(shape, (vertex.lon, vertex.lat)))
            || steps.iter().any(|&(p, q)| {
                covers(shape, p)
                    || shape.parts().iter().flat_map(part_edges).any(|(a, b)| meet(p, q, a, b))
            })
    };
    (0..).zip(shapes).filter(|(_, shape)| touches(shape)).map(|(handle, _)| handle).collect()
}
