//! Distances for drawing trips: near enough, and never part of a decision.

use crate::model::LonLat;

const EARTH_KM: f64 = 6_371.008_8;

/// Great-circle distance in kilometres.
pub(super) fn km(a: LonLat, b: LonLat) -> f64 {
    let (lat_a, lat_b) = (a.lat().to_radians(), b.lat().to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.lon() - a.lon()).to_radians() / 2.0).sin();
    let h = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    2.0 * EARTH_KM * h.sqrt().min(1.0).asin()
}

/// Whether two points are within so many degrees of latitude: cheap, before [`km`].
pub(super) fn within_degrees(a: LonLat, b: LonLat, degrees: f64) -> bool {
    (a.lat() - b.lat()).abs() <= degrees
}

/// The point at a fraction of the straight line, in longitude and latitude. For short legs that
/// do not cross the antimeridian.
pub(super) fn part_way(a: LonLat, b: LonLat, fraction: f64) -> LonLat {
    let lon = (b.lon() - a.lon()).mul_add(fraction, a.lon());
    let lat = (b.lat() - a.lat()).mul_add(fraction, a.lat());
    LonLat::new(hundredths(lon), hundredths(lat)).unwrap_or(a)
}

fn hundredths(degrees: f64) -> f64 {
    (degrees * 10_000.0).round() / 10_000.0
}
