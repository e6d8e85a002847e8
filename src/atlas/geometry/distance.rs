//! Distances on the sphere.

use super::point::Xy;
use crate::model::LonLat;

/// Mean radius of the earth (api.md, "What at and along answer").
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Steps toward the nearest point of an edge at most: halving alone comes this near in so many.
const STEPS: usize = 40;
/// A step of so little of the edge is the last: what follows it is smaller by far.
const SHORT: f64 = 1e-7;
/// Radians in which the earth is all but flat.
const FLAT: f64 = 0.1;
/// Bounds are taken so much smaller: far above all rounding.
const SLACK: f64 = 1.0 - 1e-9;

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

/// A point from which edges are seen, which are straight in degrees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Eye {
    p: Xy,
    /// Of its latitude.
    cos: f64,
}

impl Eye {
    pub(super) fn at(p: Xy) -> Self {
        Self { p, cos: p.y.to_radians().cos() }
    }

    /// Kilometres to an edge; infinite if surely more than `limit`. The nearest point of the edge is
    /// searched on the sphere itself, so the result is right wherever the distance has one minimum
    /// along the edge (every edge shorter than a quarter of the globe away from the poles).
    pub(super) fn to_edge(self, a: Xy, b: Xy, limit: f64) -> f64 {
        let (least, about) = self.about(a, b);
        if least * EARTH_RADIUS_KM > limit {
            return f64::INFINITY;
        }
        let km = |t: f64| arc(self.p, a.toward(b, t)) * EARTH_RADIUS_KM;
        km(self.nearest(a, b, about)).min(km(0.0)).min(km(1.0))
    }

    /// No more than the angle to an edge, and about where on it (0..1) the nearest point is.
    ///
    /// Where all is near, the edge is seen on a plane whose degrees of longitude are as narrow as they
    /// are anywhere on it. A cosine changes no faster than its angle, and twice the sine of half an
    /// angle falls short of the angle by at most a 24th of its cube.
    fn about(self, a: Xy, b: Xy) -> (f64, f64) {
        let seen = |at: Xy| [(at.x - self.p.x).to_radians(), (at.y - self.p.y).to_radians()];
        let ([ax, ay], [bx, by]) = (seen(a), seen(b));
        let (up, across) = (ay.abs().max(by.abs()), ax.abs().max(bx.abs()));
        let far = up.max(across);
        if far > FLAT {
            return (self.boxed(a, b), 0.5);
        }
        let narrow = (self.cos - up).max(0.0);
        let (ax, run, rise) = (ax * narrow, (bx - ax) * narrow, by - ay);
        let long = run * run + rise * rise;
        let about = if long > 0.0 { -(ax * run + ay * rise) / long } else { 0.0 }.clamp(0.0, 1.0);
        let least = (ax + run * about).hypot(ay + rise * about) * (1.0 - far * far / 24.0);
        (least * SLACK, about)
    }

    /// The same from the edge's box: the step in latitude, and the step in longitude at the latitude
    /// nearest to a pole that either reaches.
    fn boxed(self, a: Xy, b: Xy) -> f64 {
        let p = self.p;
        let up = (a.y.min(b.y) - p.y).max(p.y - a.y.max(b.y)).max(0.0);
        let across = (a.x.min(b.x) - p.x).max(p.x - a.x.max(b.x)).clamp(0.0, 180.0);
        let highest = p.y.abs().max(a.y.abs()).max(b.y.abs()).min(90.0).to_radians();
        let chord = highest.cos() * (across.to_radians() / 2.0).sin();
        up.to_radians().max(2.0 * chord.min(1.0).asin())
    }

    /// Where on an edge (0..1) the nearest point is: steps of Newton's from about there, and halving
    /// where one leaves what is left of the edge.
    fn nearest(self, a: Xy, b: Xy, about: f64) -> f64 {
        // so that the ends themselves are within, until they were tried
        let (mut low, mut high) = (-1.0_f64, 2.0_f64);
        let mut t = about;
        for _ in 0..STEPS {
            let (slope, bend) = self.slope(a, b, t);
            if slope.abs() <= 0.0 {
                break;
            }
            if slope > 0.0 {
                high = t;
            } else {
                low = t;
            }
            // where the curve bends down, a step of Newton's would lead away
            t = match (bend > 0.0).then(|| (t - slope / bend).clamp(0.0, 1.0)) {
                Some(newton) if (newton - t).abs() <= SHORT => return newton,
                Some(newton) if low < newton && newton < high => newton,
                _ => f64::midpoint(low.max(0.0), high.min(1.0)),
            };
        }
        t
    }

    /// The first and second derivative, along an edge, of twice the square of half the chord.
    fn slope(self, a: Xy, b: Xy, t: f64) -> (f64, f64) {
        let at = a.toward(b, t);
        let (rise, run) = ((b.y - a.y).to_radians(), (b.x - a.x).to_radians());
        let (sin, cos) = at.y.to_radians().sin_cos();
        let (sin_up, cos_up) = (at.y - self.p.y).to_radians().sin_cos();
        let (sin_across, cos_across) = (at.x - self.p.x).to_radians().sin_cos();
        let versed = 1.0 - cos_across;
        let first = sin_up * rise + self.cos * (cos * sin_across * run - sin * rise * versed);
        let second = cos_up * rise * rise
            + self.cos
                * (cos * cos_across * run * run
                    - 2.0 * sin * sin_across * rise * run
                    - cos * rise * rise * versed);
        (first, second)
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    const GOLDEN: f64 = 0.618_033_988_749_894_9;

    /// The least of many places on the edge, narrowed by golden sections around it.
    fn searched(p: Xy, a: Xy, b: Xy) -> f64 {
        let km = |t: f64| arc(p, a.toward(b, t)) * EARTH_RADIUS_KM;
        let places = (0..=64_u32).map(|place| f64::from(place) / 64.0);
        let best = places.min_by(|&one, &other| km(one).total_cmp(&km(other))).unwrap();
        let (mut from, mut to) = ((best - 1.0 / 64.0).max(0.0), (best + 1.0 / 64.0).min(1.0));
        for _ in 0..60 {
            let (left, right) = (to - GOLDEN * (to - from), from + GOLDEN * (to - from));
            if km(left) <= km(right) {
                to = right;
            } else {
                from = left;
            }
        }
        km(from).min(km(to)).min(km(best))
    }

    #[test]
    fn an_edge_is_as_far_as_its_nearest_place() {
        let mut rng = Rng::with_seed(81);
        let (mut within, mut left_out) = (0, 0);
        for round in 0..40_000 {
            let long = [1e-4, 0.01, 0.3, 4.0, 25.0][round % 5];
            let away = [0.0, 1e-5, 0.02, 1.0, 10.0][rng.usize(..5)];
            let near = |rng: &mut Rng, at: Xy, far: f64| Xy {
                x: at.x + (rng.f64() * 2.0 - 1.0) * far,
                y: (at.y + (rng.f64() * 2.0 - 1.0) * far).clamp(-84.0, 84.0),
            };
            let middle = Xy { x: rng.f64() * 360.0 - 180.0, y: rng.f64() * 160.0 - 80.0 };
            let a = near(&mut rng, middle, long);
            // upright, level, and no longer than a point
            let b = match rng.u8(..8) {
                0 => Xy { x: a.x, ..near(&mut rng, middle, long) },
                1 => Xy { y: a.y, ..near(&mut rng, middle, long) },
                2 => a,
                _ => near(&mut rng, middle, long),
            };
            let at = a.toward(b, rng.f64());
            let p = near(&mut rng, at, away);
            let (eye, wanted) = (Eye::at(p), searched(p, a, b));
            let found = eye.to_edge(a, b, f64::INFINITY);
            assert!((found - wanted).abs() <= 1e-7, "{found} not {wanted} km: {p:?} {a:?} {b:?}");
            let least = eye.about(a, b).0 * EARTH_RADIUS_KM;
            assert!(least <= wanted + 1e-9, "{least} is more than {wanted} km: {p:?} {a:?} {b:?}");
            assert!((eye.to_edge(a, b, wanted + 1e-6) - found).abs() <= 0.0);
            let limit = wanted * 0.95 - 1.0;
            let small = eye.to_edge(a, b, limit);
            assert!(small.is_infinite() || (small - found).abs() <= 0.0);
            within += usize::from(small.is_finite());
            left_out += usize::from(small.is_infinite());
        }
        assert!(left_out > within, "{left_out} of {within} were left out");
    }
}
