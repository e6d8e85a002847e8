//! Which squares of the map anything reaches at all: most places have no fence near, and one bit
//! says so before the tree is asked.

use super::number::{truncated, wide};
use super::point::Xy;

/// Squares in a degree.
const FINE: f64 = 10.0;
const COLUMNS: u32 = 3600;
const ROWS: u32 = 1800;
/// Boxes reach so far beyond themselves, in degrees: far above all rounding.
const MARGIN: f64 = 1e-9;

/// A bit for each square; none at all while nothing was noted.
#[derive(Debug, Clone, Default)]
pub(super) struct Sieve(Vec<u64>);

impl Sieve {
    /// Notes a box.
    pub(super) fn note(&mut self, low: Xy, high: Xy) {
        self.0.resize(wide(COLUMNS / 64 + 1) * wide(ROWS), 0);
        let (west, south) = square(Xy { x: low.x - MARGIN, y: low.y - MARGIN });
        let (east, north) = square(Xy { x: high.x + MARGIN, y: high.y + MARGIN });
        for row in south..=north {
            for word in west / 64..=east / 64 {
                let from = west.saturating_sub(word * 64).min(63);
                let to = (east - word * 64).min(63);
                if let Some(bits) = self.0.get_mut(place(word, row)) {
                    *bits |= (u64::MAX << from) & (u64::MAX >> (63 - to));
                }
            }
        }
    }

    /// Whether anything noted may reach a point: never no where it does.
    #[inline]
    pub(super) fn may_reach(&self, p: Xy) -> bool {
        let (column, row) = square(p);
        self.0.get(place(column / 64, row)).is_some_and(|bits| bits & (1 << (column % 64)) != 0)
    }
}

#[inline]
fn square(p: Xy) -> (u32, u32) {
    let column = truncated((p.x + 180.0) * FINE).min(COLUMNS - 1);
    (column, truncated((p.y + 90.0) * FINE).min(ROWS - 1))
}

#[inline]
fn place(word: u32, row: u32) -> usize {
    wide(row * (COLUMNS / 64 + 1) + word)
}
