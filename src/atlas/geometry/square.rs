//! What the squares of the map of one degree hold, in a word each.

use super::handles::Handle;

/// The kind of a square is in the upper two bits.
const KIND: u32 = 30;
/// Handles and places of leaves are below this.
pub(super) const MOST: u32 = (1 << KIND) - 1;
/// Above the first tile of a square that is cut: how often its sides were halved before.
const HALVED: u32 = 28;
/// Places of tiles are below this.
pub(super) const MOST_TILES: u32 = 1 << HALVED;
/// The sides of a square are halved at most so often.
pub(super) const MOST_HALVED: u32 = 3;

/// What a square of the map of one degree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Square {
    /// No border.
    Whole(Option<Handle>),
    /// The place of its leaf.
    Leaf(u32),
    /// The place of its first tile, and how often its sides were halved: a tile for each part, row
    /// by row.
    Tiles(u32, u32),
}

impl Square {
    /// The square in a word.
    pub(super) const fn word(self) -> u32 {
        match self {
            Self::Whole(None) => 0,
            Self::Whole(Some(handle)) => handle + 1,
            Self::Leaf(place) => (1 << KIND) | place,
            Self::Tiles(first, halved) => (2 << KIND) | (halved << HALVED) | first,
        }
    }

    /// The square that a word is.
    #[inline]
    pub(super) fn read(word: u32) -> Self {
        match word >> KIND {
            0 => Self::Whole(word.checked_sub(1)),
            1 => Self::Leaf(word & MOST),
            _ => Self::Tiles(word & (MOST_TILES - 1), (word >> HALVED) & MOST_HALVED),
        }
    }
}
