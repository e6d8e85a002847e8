//! The borders of a small cell in one cache line, exactly.
//!
//! A leaf has at most three parts, nine vertices and the eight edges between them. Vertices are in
//! millionths of a degree from the middle of the cell, in two pieces: sixteen bits in steps of 1 to 64
//! millionths, and what these leave. The steps alone answer for nearly every point: the ray from it to
//! the north crosses edges, and how often tells whether a part covers it. A point so close to an edge,
//! or so nearly under a vertex, that a step more or less could change the answer is judged again,
//! exactly and in degrees.
//!
//! A ring that leaves the cell to the north goes on to a corner far in the north-east: east of where
//! it left the ray crosses it there. Rings that leave otherwise just end.

use ::wide::{i16x8, i32x8};

use super::block::Parts;
use super::handles::Handle;
use super::number::{low, short};
use super::tile::Tile;

/// Edges of a leaf.
pub(super) const EDGES: usize = 8;
/// Vertices of a leaf.
pub(super) const VERTICES: usize = EDGES + 1;
/// Parts of a leaf.
pub(super) const PARTS: usize = 3;
/// A vertex is fewer steps than this from the middle; one that is just so far is the corner.
pub(super) const CORNER: i16 = (1 << 14) - 1;
/// At most so many bits of a vertex are left over by the steps.
pub(super) const LOW: u32 = 6;
/// No vertex is so many millionths from the middle.
pub(super) const FAR: u32 = (1 << (14 + LOW)) - (1 << LOW);
/// Above the bits left over from nine vertices: the slack on one axis; on the other the parts that
/// cover where no edge is crossed, how many bits are left over, the kind.
pub(super) const HEAD: u32 = LOW * 9;
pub(super) const SCALE: u32 = HEAD + 3;
/// How often the squares of a tile were doubled to make the cell.
pub(super) const DOUBLED: u32 = SCALE + 3;
const KIND: u32 = DOUBLED + 2;
/// The slack is in so many, as a power of two.
pub(super) const SLACK: u32 = 7;
/// Above the edges of each part, eight bits each: those it lies right of.
pub(super) const RIGHT: u32 = 24;
/// Above both: the first owner.
pub(super) const OWNER: u32 = 48;
/// The first of eight bits for each part.
pub(super) const FIRSTS: u32 = 0x01_01_01;

/// A small cell, or where more of it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(super) struct Leaf {
    /// Vertices in steps from the middle.
    pub(super) x: [i16; VERTICES],
    pub(super) y: [i16; VERTICES],
    /// The owners of all parts but the first.
    pub(super) owners: u32,
    /// What the steps leave of the vertices, and the slack.
    pub(super) x_low: u64,
    /// What the steps leave of the vertices, and what is in the head.
    pub(super) y_low: u64,
    /// For each part the edges that it borders, then those of them it lies right of; then the first
    /// part's owner.
    pub(super) sides: u64,
}

/// What a leaf is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Borders, or none.
    Card,
    /// The place of its block.
    Block(u32),
    /// Cut further.
    Cut(Tile),
    /// Wholly in one shape, or in none.
    Whole(Option<Handle>),
}

/// A place in millionths of a degree.
pub(super) type Place = [i32; 2];

/// What the steps of a leaf tell of a point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// The parts that cover it but for the edges in doubt, the first of eight bits for each.
    pub(super) covering: u32,
    /// The edges in doubt, a bit each.
    pub(super) doubtful: u32,
}

impl Leaf {
    /// A leaf of a kind, without vertices.
    pub(super) fn of(kind: Kind) -> Self {
        let (kind, tile) = match kind {
            Kind::Card => (0, Tile::default()),
            Kind::Block(first) => (1, Tile { first, ..Tile::default() }),
            Kind::Cut(tile) => (2, tile),
            Kind::Whole(handle) => {
                let first = handle.map_or(0, |handle| handle + 1);
                (3, Tile { first, ..Tile::default() })
            }
        };
        let nowhere = [-CORNER; VERTICES];
        let Tile { leafy, second, owners, first } = tile;
        let y_low = owners | (kind << KIND);
        Self { x: nowhere, y: nowhere, owners: first, x_low: leafy, y_low, sides: second }
    }

    /// Whether this is a card, as nearly all are: guessed better than where a table of kinds leads.
    #[inline]
    pub(super) const fn is_card(&self) -> bool {
        self.y_low >> KIND == 0
    }

    /// What this is.
    #[inline]
    pub(super) fn kind(&self) -> Kind {
        let Self { owners: first, x_low: leafy, y_low: owners, sides: second, .. } = *self;
        match owners >> KIND {
            0 => Kind::Card,
            1 => Kind::Block(first),
            2 => Kind::Cut(Tile { leafy, second, owners, first }),
            _ => Kind::Whole(first.checked_sub(1)),
        }
    }

    /// Three owners, sixteen bits each.
    #[inline]
    pub(super) fn owners(&self) -> u64 {
        (self.sides >> OWNER) | (u64::from(self.owners) << 16)
    }

    /// What the steps tell of a point so far from the middle.
    #[inline]
    pub(super) fn told(&self, [x, y]: Place) -> Told {
        let scale = self.scale();
        let steps = [x, y].map(|at| short((at >> scale).cast_unsigned()));
        let slack = (low(self.x_low >> HEAD) << SLACK).cast_signed();
        let (crossed, doubtful) = self.crossed(steps, slack);
        let mut odd = low(self.sides) & crossed.wrapping_mul(FIRSTS);
        odd ^= odd >> 4;
        odd ^= odd >> 2;
        odd ^= odd >> 1;
        Told { covering: (odd & FIRSTS) ^ spread(self.outside()), doubtful }
    }

    /// A bit for each edge that the ray from a point to the north surely crosses, and one for each in
    /// doubt: an end is within a step of the point's meridian, or the edge is over or under the point
    /// and the product, which is twice the area between the two, is not beyond the slack.
    ///
    /// Nothing branches on what the leaf holds: a wrong guess is found out only when the leaf has come
    /// from memory, and until then nothing of the next question could begin.
    ///
    /// Vertices are less than 2^14 steps from the middle and points at most 2^13, so differences keep in
    /// sixteen bits, and differences of two of their products in thirty-two.
    #[inline]
    fn crossed(&self, [x, y]: [i16; 2], slack: i32) -> (u32, u32) {
        let ends = |at: &[i16; VERTICES], from: i16| {
            let ([a @ .., _], [_, b @ ..]) = (*at, *at);
            [a, b].map(|ends| i16x8::new(ends) - i16x8::splat(from))
        };
        let ([a_x, b_x], [a_y, b_y]) = (ends(&self.x, x), ends(&self.y, y));
        let product = a_x.widening_mul(b_y) - a_y.widening_mul(b_x);
        // of what follows the signs matter, which saturating keeps
        let spans = a_x ^ b_x;
        let crossed = spans & !(i16x8::from_i32x8_saturate(product) ^ a_x);
        let slack = i32x8::splat(slack);
        let close = i16x8::from_i32x8_saturate((product - slack) ^ (product + slack));
        let level = |x: i16x8| x.simd_lt(i16x8::splat(2)) & x.simd_gt(i16x8::splat(-2));
        let doubtful = (spans & close) | level(a_x) | level(b_x);
        let (edges, doubtful) = (self.edges(), doubtful.to_bitmask());
        (crossed.to_bitmask() & edges & !doubtful, doubtful & edges)
    }

    /// A bit for each of the eight edges that is one, not a step from one run of edges to the next.
    #[inline]
    pub(super) fn edges(&self) -> u32 {
        let all = low(self.sides);
        (all | (all >> 8) | (all >> 16)) & 0xff
    }

    /// How often the square of a tile was doubled to make the cell.
    #[inline]
    pub(super) fn doubled(&self) -> u32 {
        low(self.y_low >> DOUBLED) & 3
    }

    /// Bits that the steps leave of a vertex.
    #[inline]
    pub(super) fn scale(&self) -> u32 {
        low(self.y_low >> SCALE) & 7
    }

    /// The parts that cover where no edge is crossed.
    #[inline]
    pub(super) fn outside(&self) -> Parts {
        low(self.y_low >> HEAD) & 7
    }
}

/// Three bits, each to the first of eight.
#[inline]
pub(super) const fn spread(parts: Parts) -> u32 {
    (parts | (parts << 7) | (parts << 14)) & FIRSTS
}
