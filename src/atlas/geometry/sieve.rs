//! Which squares of the map anything reaches at all: most places have no fence near, even where there
//! are many, and one bit says so before the tree is asked.
//!
//! Squares are as large as what lies in them: a small box is noted in small squares, a large one in
//! large ones, a few of either. A set of squares is kept as bits that their hashes name, so that it
//! is small and may say yes where nothing is, but never no where something is.

use super::number::{narrow, truncated, wide};
use super::point::Xy;

/// Squares in a degree, of each size; a box is noted in the smallest of which it is at most `SPAN` wide.
const SIZES: [f64; 4] = [80.0, 10.0, 1.25, 0.15625];
const SPAN: f64 = 4.0;
/// Bits for each square, at least.
const ROOM: u64 = 4;
/// Boxes reach so far beyond themselves, in degrees: far above all rounding.
const MARGIN: f64 = 1e-9;
/// Multiplied by this, what differs anywhere differs in the highest bits (the golden ratio).
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A column and a row of squares.
type Square = (u32, u32);

/// The squares that something reaches; none at all while nothing was noted.
#[derive(Debug, Clone, Default)]
pub(super) struct Sieve {
    bits: Vec<u64>,
    /// How far a hash is shifted to name one of the bits.
    shift: u32,
    /// The sizes of squares that anything was noted in, by their place in `SIZES`.
    used: Vec<(u32, f64)>,
}

/// The squares of one size that a box lies in.
#[derive(Debug, Clone, Copy)]
struct Squares {
    size: u32,
    from: Square,
    to: Square,
}

impl Sieve {
    /// Notes boxes, each from its south-west to its north-east corner.
    pub(super) fn of(boxes: impl Iterator<Item = (Xy, Xy)> + Clone) -> Self {
        let noted = boxes.map(|(low, high)| Squares::of(low, high));
        let count: u64 = noted.clone().map(Squares::count).sum();
        if count == 0 {
            return Self::default();
        }
        let bits = (count * ROOM).next_power_of_two().max(64);
        let words = usize::try_from(bits / 64).unwrap_or(usize::MAX);
        let shift = 64 - bits.trailing_zeros();
        let mut sieve = Self { bits: vec![0; words], shift, used: Vec::new() };
        let mut used = [false; SIZES.len()];
        for squares in noted {
            if let Some(used) = used.get_mut(wide(squares.size)) {
                *used = true;
            }
            for square in squares.each() {
                let (word, bit) = sieve.place(squares.size, square);
                if let Some(bits) = sieve.bits.get_mut(word) {
                    *bits |= bit;
                }
            }
        }
        let sizes = (0..).zip(SIZES).zip(used);
        sieve.used = sizes.filter_map(|(size, used)| used.then_some(size)).collect();
        sieve
    }

    /// Whether anything noted may reach a point: never no where it does.
    #[inline]
    pub(super) fn may_reach(&self, p: Xy) -> bool {
        self.used.iter().any(|&(size, fine)| {
            let (word, bit) = self.place(size, square(p, fine));
            self.bits.get(word).is_some_and(|bits| bits & bit != 0)
        })
    }

    /// The word of a square, and its bit there.
    #[inline]
    fn place(&self, size: u32, (column, row): Square) -> (usize, u64) {
        let square = u64::from(row) << 32 | u64::from(column) << 2 | u64::from(size);
        let hash = square.wrapping_mul(SPREAD) >> self.shift;
        (usize::try_from(hash / 64).unwrap_or(usize::MAX), 1 << (hash % 64))
    }
}

impl Squares {
    fn of(low: Xy, high: Xy) -> Self {
        let across = (high.x - low.x).max(high.y - low.y);
        let fits = |&(_, fine): &(u32, f64)| across * fine <= SPAN;
        let [.., coarsest] = SIZES;
        let otherwise = (narrow(SIZES.len() - 1), coarsest);
        let (size, fine) = (0..).zip(SIZES).find(fits).unwrap_or(otherwise);
        let from = square(Xy { x: low.x - MARGIN, y: low.y - MARGIN }, fine);
        let to = square(Xy { x: high.x + MARGIN, y: high.y + MARGIN }, fine);
        Self { size, from, to }
    }

    fn count(self) -> u64 {
        let along = |from: u32, to: u32| u64::from(to - from) + 1;
        along(self.from.0, self.to.0) * along(self.from.1, self.to.1)
    }

    fn each(self) -> impl Iterator<Item = Square> {
        let Self { from, to, .. } = self;
        (from.1..=to.1).flat_map(move |row| (from.0..=to.0).map(move |column| (column, row)))
    }
}

/// Where a point lies among the squares of a size.
#[inline]
fn square(p: Xy, fine: f64) -> Square {
    (truncated((p.x + 180.0) * fine), truncated((p.y + 90.0) * fine))
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    fn place(rng: &mut Rng) -> Xy {
        let edge = |rng: &mut Rng, far: f64| match rng.u8(..8) {
            0 => far,
            1 => -far,
            _ => (rng.f64() * 2.0 - 1.0) * far,
        };
        Xy { x: edge(rng, 180.0), y: edge(rng, 90.0) }
    }

    #[test]
    fn what_is_reached_is_never_missed_and_most_of_what_is_not_is_told() {
        let mut rng = Rng::with_seed(80);
        for widest in [1e-7, 0.04, 0.3, 3.0, 30.0, 360.0] {
            let boxes: Vec<(Xy, Xy)> = (0..300)
                .map(|_| {
                    let (at, across) = (place(&mut rng), rng.f64() * widest);
                    let up = rng.f64() * across;
                    let end = |from: f64, by: f64, far: f64| (from + by).min(far);
                    (at, Xy { x: end(at.x, across, 180.0), y: end(at.y, up, 90.0) })
                })
                .collect();
            let sieve = Sieve::of(boxes.iter().copied());
            for &(low, high) in &boxes {
                let within = |from: f64, to: f64, part: f64| (from + (to - from) * part).min(to);
                for (x, y) in [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (rng.f64(), rng.f64())] {
                    let p = Xy { x: within(low.x, high.x, x), y: within(low.y, high.y, y) };
                    assert!(sieve.may_reach(p), "{p:?} in {low:?} {high:?}");
                }
            }
            let asked = 10_000;
            let told = (0..asked).filter(|_| !sieve.may_reach(place(&mut rng))).count();
            assert!(widest > 1.0 || told > asked / 2, "{widest}: {told} of {asked}");
        }
        assert!(!Sieve::default().may_reach(Xy { x: 0.0, y: 0.0 }));
    }
}
