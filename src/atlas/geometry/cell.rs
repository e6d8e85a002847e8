//! Squares of the map, and what touches them.

use super::card::Side;
use super::number::truncated;
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

    /// The middle of a side, and the corners of the strip around the side that no edge comes near
    /// when the side is open: wider than the cell's margin, so that an edge of the cell that passes
    /// beyond the side cannot do so without touching the strip.
    pub(super) fn side(self, side: Side) -> (Xy, Xy, Xy) {
        let half = self.size / 2.0;
        let middle = Xy { x: self.west + half, y: self.south + half };
        let out = if side.back { -half } else { half };
        let (x, y) = if side.sideways { (out, 0.0) } else { (0.0, out) };
        let at = Xy { x: middle.x + x, y: middle.y + y };
        let (across, up) = if side.sideways { (0.0, half) } else { (half, 0.0) };
        let (across, up) = (across + 4.0 * MARGIN, up + 4.0 * MARGIN);
        (at, Xy { x: at.x - across, y: at.y - up }, Xy { x: at.x + across, y: at.y + up })
    }

    /// The columns or rows of a cut into `count` that a stretch reaches, margin included.
    pub(super) fn reach(from: f64, to: f64, origin: f64, size: f64, count: u32) -> (u32, u32) {
        let place = |at: f64| truncated((at - origin) / size).min(count - 1);
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
