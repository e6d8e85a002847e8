//! Distances on the sphere of the contract (api.md, "at" and "along").

use crate::model::LonLat;

/// Mean radius of the earth in kilometres.
const EARTH_KM: f64 = 6371.0088;

/// Great-circle distance in kilometres.
pub(super) fn km(one: LonLat, other: LonLat) -> f64 {
    let (south, north) = (one.lat().to_radians(), other.lat().to_radians());
    let half_lat = ((north - south) / 2.0).sin();
    let half_lon = ((other.lon() - one.lon()).to_radians() / 2.0).sin();
    let chord = half_lat.mul_add(half_lat, south.cos() * north.cos() * half_lon * half_lon);
    2.0 * EARTH_KM * chord.sqrt().min(1.0).asin()
}

/// Whole kilometres, rounded up.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a distance on earth is positive and far below the limit; `as` saturates"
)]
pub(super) fn whole_km(km: f64) -> u32 {
    km.ceil() as u32
}
