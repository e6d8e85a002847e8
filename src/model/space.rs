//! A point on the earth.

use serde::{Deserialize, Serialize};

/// Longitude and latitude in degrees, WGS 84; longitude in [-180, 180], latitude in [-90, 90],
/// both finite. Written `[lon, lat]` in JSON (RFC 7946).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

/// The numbers are not a point on the earth: not finite, or out of range.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("longitude must be within [-180, 180] and latitude within [-90, 90], both finite")]
pub struct LonLatError;

impl LonLat {
    /// Where the equator meets the prime meridian: at sea, in no area.
    pub const ORIGIN: Self = Self { lon: 0.0, lat: 0.0 };

    /// A point; refuses NaN, infinities and anything off the globe.
    pub fn new(lon: f64, lat: f64) -> Result<Self, LonLatError> {
        ((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat))
            .then_some(Self { lon, lat })
            .ok_or(LonLatError)
    }

    /// Longitude in degrees.
    pub const fn lon(self) -> f64 {
        self.lon
    }

    /// Latitude in degrees.
    pub const fn lat(self) -> f64 {
        self.lat
    }
}

impl TryFrom<[f64; 2]> for LonLat {
    type Error = LonLatError;

    fn try_from([lon, lat]: [f64; 2]) -> Result<Self, LonLatError> {
        Self::new(lon, lat)
    }
}

impl From<LonLat> for [f64; 2] {
    fn from(point: LonLat) -> Self {
        [point.lon, point.lat]
    }
}
