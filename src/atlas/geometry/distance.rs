//! Distances on the sphere.

use super::point::Xy;
use crate::model::LonLat;

/// Mean radius of the earth (api.md, "What at and along answer").
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Rounds of narrowing for the nearest point of an edge; the last bracket is 1e-6 of the edge.
const ROUNDS: usize = 30;
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// The distance between two points on the sphere, in kilometres.
pub fn distance_km(one: LonLat, other: LonLat) -> f64 {
    arc(one.into(), other.into()) * EARTH_RADIUS_KM
}

/// The angle between two points, in radians (haversine).
pub(super) fn arc(one: Xy, other: Xy) -> f64 {
    let (lat, other_lat) = (one.y.to_radians(), other.y.to_radians());
    let up = ((other_lat - lat) / 2.0).sin();
    let across = ((other.x - one.x).to_radians() / 2.0).sin();
    let chord = up * up + lat.cos() * other_lat.cos() * across * across;
    2.0 * chord.sqrt().min(1.0).asin()
}

/// Kilometres from a point to an edge, which is straight in degrees; infinite if surely more than
/// `limit`. The nearest point of the edge is searched on the sphere itself, so the result is right
/// to a millionth of the edge's length wherever the distance has one minimum along the edge (every
/// edge shorter than a quarter of the globe away from the poles).
pub(super) fn to_edge(p: Xy, a: Xy, b: Xy, limit: f64) -> f64 {
    if least(p, a, b) > limit {
        return f64::INFINITY;
    }
    let km = |t: f64| arc(p, a.toward(b, t)) * EARTH_RADIUS_KM;
    let (mut from, mut to) = (0.0, 1.0);
    let (mut left, mut right) = (1.0 - GOLDEN, GOLDEN);
    let (mut of_left, mut of_right) = (km(left), km(right));
    for _ in 0..ROUNDS {
        if of_left <= of_right {
            (to, right, of_right) = (right, left, of_left);
            left = to - GOLDEN * (to - from);
            of_left = km(left);
        } else {
            (from, left, of_left) = (left, right, of_right);
            right = from + GOLDEN * (to - from);
            of_right = km(right);
        }
    }
    of_left.min(of_right).min(km(0.0)).min(km(1.0))
}

/// A lower bound of the distance, from the edge's box: the step in latitude, and the step in
/// longitude at the latitude nearest to a pole that either reaches.
fn least(p: Xy, a: Xy, b: Xy) -> f64 {
    let up = (a.y.min(b.y) - p.y).max(p.y - a.y.max(b.y)).max(0.0);
    let across = (a.x.min(b.x) - p.x).max(p.x - a.x.max(b.x)).clamp(0.0, 180.0);
    let highest = p.y.abs().max(a.y.abs()).max(b.y.abs()).min(90.0).to_radians();
    let chord = highest.cos() * (across.to_radians() / 2.0).sin();
    EARTH_RADIUS_KM * up.to_radians().max(2.0 * chord.min(1.0).asin())
}
