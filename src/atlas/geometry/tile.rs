//! What the sixty-four squares of a cut cell hold, eight by eight.
//!
//! Squares are counted along a curve that stays in every quarter, and in every quarter of a quarter, to
//! the end (Morton's). One bit tells whether a square has a leaf. A leaf may be that of one square, of
//! four, of sixteen, or of all; a second bit tells with which square it begins, so the number of such
//! bits up to a square says which leaf it has. For a square without a leaf the second bit tells which
//! of two shapes, or of one and none, covers it.

use super::handles::Handle;
use super::number::low;

/// Sides of a cell that is cut are halved so often.
pub(super) const HALVINGS: u32 = 3;
/// Squares on a side of a tile.
pub(super) const SIDE: u32 = 1 << HALVINGS;
/// Bits of a handle, plus one, that covers squares.
const OWNER: u32 = 27;

/// The squares of a cell that is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(32))]
pub(super) struct Tile {
    /// The squares that have a leaf.
    pub(super) leafy: u64,
    /// Those of them with which one begins; of the others, those that the second owner covers.
    pub(super) second: u64,
    /// Both owners plus one, or 0 for none.
    pub(super) owners: u64,
    /// The place of the first leaf.
    pub(super) first: u32,
}

/// The place of a square on the curve.
#[inline]
pub(super) fn place(column: u32, row: u32) -> u32 {
    spread(column) | (spread(row) << 1)
}

/// Three bits, each to every second.
#[inline]
fn spread(three: u32) -> u32 {
    const SPREAD: u64 = 0x15_14_11_10_05_04_01_00;
    let [byte, ..] = (SPREAD >> ((three & 7) * 8)).to_le_bytes();
    byte.into()
}

impl Tile {
    /// Whether it can hold an owner, plus one.
    pub(super) const fn holds(plus: u32) -> bool {
        plus >> OWNER == 0
    }

    /// A tile with two owners, each plus one or 0 for none, whose leaves begin at a place.
    pub(super) fn new([one, other]: [u32; 2], first: u32) -> Self {
        let owners = u64::from(one) | (u64::from(other) << OWNER);
        Self { owners, first, ..Self::default() }
    }

    /// Notes that squares from a place on, doubled so often, have a leaf.
    pub(super) const fn note_leaf(&mut self, place: u32, doubled: u32) {
        self.leafy |= squares(doubled) << place;
        self.second |= 1 << place;
    }

    /// Notes that squares from a place on, doubled so often, are of the second kind.
    pub(super) const fn note_second(&mut self, place: u32, doubled: u32) {
        self.second |= squares(doubled) << place;
    }

    /// What a square holds: the place of its leaf and how often the square was doubled for it, or
    /// what covers it.
    #[inline]
    pub(super) fn square(&self, place: u32) -> Result<(u32, u32), Option<Handle>> {
        if let Some(begun) = self.begun(place) {
            let leaf = self.first.wrapping_add(begun.count_ones()).wrapping_sub(1);
            return Ok((leaf, self.doubled(begun)));
        }
        let is_second = self.second & (1 << (place & 63)) != 0;
        let owner = if is_second { self.owners >> OWNER } else { self.owners };
        Err((low(owner) & ((1 << OWNER) - 1)).checked_sub(1))
    }

    /// How often the square was doubled with which the last of these leaves begins: its leaf goes on, one
    /// square further, four, sixteen, where no other begins.
    #[inline]
    fn doubled(&self, begun: u64) -> u32 {
        let goes_on = ((self.leafy & !self.second) >> (begun.leading_zeros() ^ 63)) >> 1;
        let once = goes_on & 1;
        let twice = once & (goes_on >> 3);
        low(once + twice + (twice & (goes_on >> 15)))
    }

    /// A bit for each leaf that begins up to a square, if that has one; the upper is of its own.
    #[inline]
    pub(super) const fn begun(&self, place: u32) -> Option<u64> {
        let bit = 1_u64 << (place & 63);
        if self.leafy & bit == 0 {
            return None;
        }
        Some(self.leafy & self.second & (bit | (bit - 1)))
    }
}

/// As many bits as there are squares in one that was doubled so often, which is at most three times.
const fn squares(doubled: u32) -> u64 {
    u64::MAX >> (64 - (1 << (2 * doubled)))
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::atlas::geometry::number::wide;

    /// Fills squares from a place on, doubled so often, with leaves of all sizes and with none.
    fn fill(tile: &mut Tile, (place, doubled): (u32, u32), rng: &mut Rng, held: &mut Vec<Held>) {
        match rng.u8(0..4) {
            0 => (place..place + (1 << (2 * doubled))).for_each(|_| held.push(None)),
            1 | 2 if doubled > 0 => {
                let quarter = 1 << (2 * (doubled - 1));
                (0..4).for_each(|at| fill(tile, (place + at * quarter, doubled - 1), rng, held));
            }
            _ => {
                let leaf = held.iter().flatten().map(|leaf| leaf.0 + 1).max().unwrap_or(0);
                tile.note_leaf(place, doubled);
                (0..1 << (2 * doubled)).for_each(|_| held.push(Some((leaf, doubled))));
            }
        }
    }

    /// The place of a square's leaf, and how often it is doubled.
    type Held = Option<(u32, u32)>;

    #[test]
    fn a_tile_tells_which_leaf_a_square_has_and_how_large_it_is() {
        let mut rng = Rng::with_seed(1);
        let mut sizes = [0; 4];
        for _ in 0..2_000 {
            let (mut tile, mut held) = (Tile::new([0, 0], 0), Vec::new());
            fill(&mut tile, (0, HALVINGS), &mut rng, &mut held);
            let told: Vec<Held> = (0..64).map(|place| tile.square(place).ok()).collect();
            assert_eq!(told, held);
            held.iter().flatten().for_each(|&(_, doubled)| sizes[wide(doubled)] += 1);
        }
        assert!(sizes.iter().all(|&seen| seen > 1_000), "{sizes:?}");
    }
}
