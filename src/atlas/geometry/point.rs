//! A position inside the computations.

use crate::model::LonLat;

/// `x` is longitude, `y` latitude, in degrees, nothing checked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Xy {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl From<LonLat> for Xy {
    #[inline]
    fn from(point: LonLat) -> Self {
        Self { x: point.lon(), y: point.lat() }
    }
}

impl Xy {
    /// The same place on the other edge of the map, for a point at ±180°.
    #[inline]
    pub(super) fn mirrored(self) -> Option<Self> {
        (self.x.abs() >= 180.0).then_some(Self { x: -self.x, y: self.y })
    }

    /// The point that lies at `t` (0..1) on the straight way to another.
    pub(super) fn toward(self, other: Self, t: f64) -> Self {
        Self { x: self.x + (other.x - self.x) * t, y: self.y + (other.y - self.y) * t }
    }
}
