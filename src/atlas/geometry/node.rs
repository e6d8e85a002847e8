//! What the squares of a cut cell hold, eight by eight.
//!
//! A cut cell has a whole number of tiles in a row and as many rows of them, or a quarter of one tile;
//! a tile is eight by eight squares. It tells by one bit for each square whether that has a node of its own; the nodes lie one
//! after the other, so the bits before it count which it is. A second bit tells which of two shapes,
//! or of one and none, covers a square without a node. That takes a tenth of the room of
//! a number for each square, and half of a cache line tells all.

use super::handles::Handle;
use super::number::{halves, joined, narrow};

/// Squares on a side of a tile.
pub(super) const SIDE: u32 = 8;

/// A tile or what a square holds, in half a cache line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(32))]
pub(super) struct Node(pub(super) [u32; 8]);

/// The kind of a node is in the upper three bits of its first word.
pub(super) const KIND: u32 = 29;
/// A card of short edges.
pub(super) const NEAR: u32 = 0;
/// A card of long edges.
pub(super) const FAR: u32 = 1;
/// The line of a wide card follows.
pub(super) const WIDE: u32 = 2;
/// The place of a block follows.
pub(super) const BLOCK: u32 = 3;
/// The shape that covers the square follows, plus one, or 0 for none.
pub(super) const WHOLE: u32 = 4;
/// The first tile of a cut follows, and the number of tiles in a row.
pub(super) const CUT: u32 = 5;

/// Columns and rows of a cut of so many tiles in a row; with none it has a quarter of one.
#[inline]
pub(super) const fn squares(across: u32) -> u32 {
    if across == 0 { SIDE / 2 } else { across * SIDE }
}

impl Node {
    /// A node of a kind with up to two numbers.
    pub(super) const fn of(kind: u32, first: u32, second: u32) -> Self {
        Self([kind << KIND, first, second, 0, 0, 0, 0, 0])
    }
}

/// Handles and places of nodes are below this.
pub(super) const MOST: u32 = (1 << SQUARE) - 1;
/// The kind of a square of the map is in the upper two bits.
const SQUARE: u32 = 30;
/// The number of tiles in a row is above the first tile of a cut square.
const ACROSS: u32 = 24;
/// At most so many tiles in a row.
pub(super) const MOST_ACROSS: u32 = 63;
/// The first tile of a cut square is below this.
pub(super) const MOST_TILES: u32 = 1 << ACROSS;

/// What a square of the map of one degree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Square {
    /// No border.
    Whole(Option<Handle>),
    /// The place of its node.
    Node(u32),
    /// Its first tile, and the number of tiles in a row.
    Cut(u32, u32),
}

impl Square {
    /// The square in a word.
    pub(super) const fn word(self) -> u32 {
        match self {
            Self::Whole(None) => 0,
            Self::Whole(Some(handle)) => handle + 1,
            Self::Node(place) => (1 << SQUARE) | place,
            Self::Cut(first, across) => (2 << SQUARE) | (across << ACROSS) | first,
        }
    }

    /// The square that a word is.
    #[inline]
    pub(super) fn read(word: u32) -> Self {
        let number = word & MOST;
        match word >> SQUARE {
            0 => Self::Whole(number.checked_sub(1)),
            1 => Self::Node(number),
            _ => Self::Cut(number & (MOST_TILES - 1), number >> ACROSS),
        }
    }
}

/// A tile as it is filled.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tile {
    noded: u64,
    second: u64,
    /// Plus one, or 0 for none.
    owners: [u32; 2],
    first: u32,
}

impl Tile {
    /// A tile of squares of at most these two kinds, whose nodes begin at a place.
    pub(super) fn new(owners: [Option<Handle>; 2], first: usize) -> Self {
        let owners = owners.map(|owner| owner.map_or(0, |owner| owner + 1));
        Self { noded: 0, second: 0, owners, first: narrow(first) }
    }

    /// Notes that a square has a node.
    pub(super) const fn note_node(&mut self, square: u64) {
        self.noded |= 1 << square;
    }

    /// Notes that a square is of the second kind.
    pub(super) const fn note_second(&mut self, square: u64) {
        self.second |= 1 << square;
    }

    /// The tile as a node.
    pub(super) fn node(self) -> Node {
        let ([a, b], [c, d]) = (halves(self.noded), halves(self.second));
        let [one, other] = self.owners;
        Node([a, b, c, d, one, other, self.first, 0])
    }

    /// The tile that a node is.
    #[inline]
    pub(super) fn read(&Node([a, b, c, d, one, other, first, _]): &Node) -> Self {
        let (noded, second) = (joined([a, b]), joined([c, d]));
        Self { noded, second, owners: [one, other], first }
    }

    /// What a square holds: the place of its node, or what covers it.
    #[inline]
    pub(super) const fn square(self, square: u64) -> Result<u32, Option<Handle>> {
        let bit = 1_u64 << (square & 63);
        if self.noded & bit != 0 {
            return Ok(self.first.wrapping_add((self.noded & (bit - 1)).count_ones()));
        }
        let [one, other] = self.owners;
        let owner = if self.second & bit == 0 { one } else { other };
        Err(owner.checked_sub(1))
    }
}
