//! On which side of an edge a point lies: the one predicate everything exact rests on.
//!
//! The plain product first; where rounding could have changed its sign, the adaptive predicate of
//! Shewchuk (`robust`).

use std::cmp::Ordering;

use robust::{Coord, orient2d};

use super::point::Xy;

/// Relative error of the plain product in units of its two terms (Shewchuk 1997, `ccwerrboundA`).
const ROUNDING: f64 = 3.330_669_073_875_472e-16;

/// Positive where `p` is left of the edge from `a` to `b`, negative on its right, 0.0 exactly on its
/// line. The sign is exact, the size is not.
#[inline]
pub(super) fn side(a: Xy, b: Xy, p: Xy) -> f64 {
    let left = (b.x - a.x) * (p.y - a.y);
    let right = (p.x - a.x) * (b.y - a.y);
    let product = left - right;
    if product.abs() > ROUNDING * (left.abs() + right.abs()) {
        return product;
    }
    exact(a, b, p)
}

#[cold]
fn exact(a: Xy, b: Xy, p: Xy) -> f64 {
    let coord = |xy: Xy| Coord { x: xy.x, y: xy.y };
    orient2d(coord(a), coord(b), coord(p))
}

/// Whether the closed box around the edge holds the point.
#[inline]
pub(super) fn boxed(a: Xy, b: Xy, p: Xy) -> bool {
    a.x.min(b.x) <= p.x && p.x <= a.x.max(b.x) && a.y.min(b.y) <= p.y && p.y <= a.y.max(b.y)
}

/// `PostGIS` asks points with the plain product alone, in the direction in which the ring runs, and
/// takes 0.0 as "on the edge". A point within rounding of an edge (1e-17 degrees) therefore counts
/// as on it, which is also the safe reading. `p` must be inside the edge's box.
#[cold]
pub(super) fn rounds_onto(a: Xy, b: Xy, p: Xy) -> bool {
    let product = (b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y);
    product.abs() <= 0.0
}

/// Whether the way from `p` to `r`, first along the meridian of `p` and then along the parallel of
/// `r`, crosses the edge an odd number of times. Neither `p` nor `r` may lie on the edge.
///
/// The corner is thought moved east by much less than any distance and north by much less again, so
/// every degenerate position has one consistent answer.
#[inline]
pub(super) fn crosses(a: Xy, b: Xy, p: Xy, r: Xy) -> bool {
    let upright = (a.x <= p.x) != (b.x <= p.x);
    let level = (a.y <= r.y) != (b.y <= r.y);
    if !upright && !level {
        return false;
    }
    let corner = left_of_corner(a, b, Xy { x: p.x, y: r.y });
    (upright && (side(a, b, p) > 0.0) != corner) != (level && (side(a, b, r) > 0.0) != corner)
}

#[inline]
fn left_of_corner(a: Xy, b: Xy, corner: Xy) -> bool {
    let found = side(a, b, corner);
    match found.partial_cmp(&0.0) {
        Some(Ordering::Equal) | None => match a.y.partial_cmp(&b.y) {
            Some(Ordering::Equal) | None => b.x > a.x,
            Some(order) => order.is_gt(),
        },
        Some(order) => order.is_gt(),
    }
}

/// The stretch `[from, to]` of the step from `p` to `q` (0..1) that touches the edge from `a` to
/// `b`; whether there is one is exact, where it is only as good as the arithmetic. `p` and `q` differ.
pub(super) fn contact(p: Xy, q: Xy, a: Xy, b: Xy) -> Option<(f64, f64)> {
    let (of_a, of_b) = (side(p, q, a), side(p, q, b));
    if (of_a > 0.0 && of_b > 0.0) || (of_a < 0.0 && of_b < 0.0) {
        return None;
    }
    let (of_p, of_q) = (side(a, b, p), side(a, b, q));
    if (of_p > 0.0 && of_q > 0.0) || (of_p < 0.0 && of_q < 0.0) {
        return None;
    }
    let zero = |value: f64| value.abs() <= 0.0;
    if zero(of_a) && zero(of_b) {
        return overlap(p, q, a, b);
    }
    let at = if zero(of_p) {
        0.0
    } else if zero(of_q) {
        1.0
    } else if zero(of_a) {
        project(p, q, a).clamp(0.0, 1.0)
    } else if zero(of_b) {
        project(p, q, b).clamp(0.0, 1.0)
    } else {
        (of_p / (of_p - of_q)).clamp(0.0, 1.0)
    };
    Some((at, at))
}

/// Two stretches of one line: the part of `pq` that `ab` holds. Their boxes decide exactly.
fn overlap(p: Xy, q: Xy, a: Xy, b: Xy) -> Option<(f64, f64)> {
    let apart = a.x.max(b.x) < p.x.min(q.x)
        || p.x.max(q.x) < a.x.min(b.x)
        || a.y.max(b.y) < p.y.min(q.y)
        || p.y.max(q.y) < a.y.min(b.y);
    if apart {
        return None;
    }
    let (from, to) = (project(p, q, a), project(p, q, b));
    Some((from.min(to).clamp(0.0, 1.0), from.max(to).clamp(0.0, 1.0)))
}

/// Where on the way from `p` to `q` the point `v` stands, 0 at `p` and 1 at `q`.
fn project(p: Xy, q: Xy, v: Xy) -> f64 {
    let (dx, dy) = (q.x - p.x, q.y - p.y);
    ((v.x - p.x) * dx + (v.y - p.y) * dy) / (dx * dx + dy * dy)
}
