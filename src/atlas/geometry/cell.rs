//! Squares of the map, and what touches them.

use super::leaf::Place;
use super::number::{MILLIONTHS, floored, truncated};
use super::point::Xy;

/// Cells claim what touches them or comes so close, in degrees: far above all rounding.
pub(super) const MARGIN: f64 = 1e-9;

/// A square of the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) west: f64,
    pub(super) south: f64,
    pub(super) size: f64,
}

impl Cell {
    /// The whole map, as cells of one degree.
    pub(super) const WORLD: (f64, f64, u32, u32) = (-180.0, -90.0, 360, 180);

    /// The cell of the same size so many columns east and rows north.
    #[inline]
    pub(super) fn beside(self, column: u32, row: u32) -> Self {
        Self {
            west: self.west + f64::from(column) * self.size,
            south: self.south + f64::from(row) * self.size,
            size: self.size,
        }
    }

    /// Whether an edge may touch the cell or its margin: never no for one that does.
    pub(super) fn may_touch(self, a: Xy, b: Xy) -> bool {
        let low = Xy { x: self.west - MARGIN, y: self.south - MARGIN };
        let side = self.size + 2.0 * MARGIN;
        may_touch(low, Xy { x: low.x + side, y: low.y + side }, a, b)
    }

    /// Its middle in millionths of a degree, and how many there are from there to its sides: whole
    /// numbers, as `Fixed::middle` has them.
    pub(super) fn middle(self) -> (Place, i32) {
        let half = floored(self.size * MILLIONTHS / 2.0);
        let middle = |from: f64| floored(from * MILLIONTHS) + half;
        ([middle(self.west), middle(self.south)], half)
    }

    /// The columns or rows of a cut into `count` that a stretch reaches, margin included; `per` are in
    /// a degree.
    #[inline]
    pub(super) fn reach(from: f64, to: f64, origin: f64, per: f64, count: u32) -> (u32, u32) {
        let place = |at: f64| truncated((at - origin) * per).min(count - 1);
        (place(from.min(to) - 2.0 * MARGIN), place(from.max(to) + 2.0 * MARGIN))
    }
}

/// Whether an edge may touch a box: never no for one that does.
pub(super) fn may_touch(low: Xy, high: Xy, a: Xy, b: Xy) -> bool {
    if a.x.max(b.x) < low.x
        || a.x.min(b.x) > high.x
        || a.y.max(b.y) < low.y
        || a.y.min(b.y) > high.y
    {
        return false;
    }
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let slack = MARGIN * (dx.abs() + dy.abs());
    let of = |x: f64, y: f64| dx * (y - a.y) - (x - a.x) * dy;
    let corners = [of(low.x, low.y), of(low.x, high.y), of(high.x, low.y), of(high.x, high.y)];
    !(corners.iter().all(|&side| side > slack) || corners.iter().all(|&side| side < -slack))
}
