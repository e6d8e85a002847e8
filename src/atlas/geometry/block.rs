//! One cell's borders in packed words, and the questions asked of them: for the cells that are no
//! cards, because more than two parts meet there or coordinates have more than six decimals.
//!
//! A block holds at most sixteen parts. Words: number of chains, the parts that cover the reference
//! point, number of parts and whether another block follows (32, 16, 8, 8 bits); length in words;
//! the reference point's longitude and latitude; the parts' owners, two to a word; then chains: a
//! header (number of vertices, parts along, parts against: 32, 16, 16 bits) and the vertices.

use super::handles::Handle;
use super::number::{high, low, wide};
use super::point::Xy;
use super::side::{boxed, crosses, rounds_onto, side};

/// At most so many parts in one block.
pub(super) const PARTS: usize = 16;

/// A set of parts of a block, one bit each.
pub(super) type Parts = u32;

/// One cell's borders, or some of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    covering: Parts,
    reference: Xy,
    owners: &'a [u64],
    chains: &'a [u64],
    chain_count: u32,
}

/// A run of edges with the same parts on either side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain<'a> {
    /// Parts whose rings run this way.
    pub(super) along: Parts,
    /// Parts whose rings run the other way.
    pub(super) against: Parts,
    vertices: &'a [u64],
}

impl<'a> Block<'a> {
    /// The block at the beginning of these words, and the words of the next block of the cell.
    #[inline]
    pub(super) fn read(words: &'a [u64]) -> Option<(Self, Option<&'a [u64]>)> {
        let (&[head, length, x, y], rest) = words.split_first_chunk()?;
        let kinds = high(head);
        let (parts, more) = ((kinds >> 16) & 0xff, kinds >> 24);
        let (owners, chains) = rest.split_at_checked(wide(parts.div_ceil(2)))?;
        let next = if more == 0 { None } else { words.get(wide(low(length))..) };
        let reference = Xy { x: f64::from_bits(x), y: f64::from_bits(y) };
        let covering = kinds & 0xffff;
        Some((Self { covering, reference, owners, chains, chain_count: low(head) }, next))
    }

    /// Every block of a cell.
    pub(super) fn all(words: &'a [u64]) -> impl Iterator<Item = Self> {
        let mut rest = Some(words);
        std::iter::from_fn(move || {
            let (block, next) = Self::read(rest?)?;
            rest = next;
            Some(block)
        })
    }

    /// The parts that cover a point of the cell, boundary included. With `rounded`, a point within
    /// rounding of an edge is on it, as `PostGIS` has it for points.
    #[inline]
    pub(super) fn covering(&self, p: Xy, rounded: bool) -> Parts {
        let r = self.reference;
        let (mut inside, mut on) = (self.covering, 0);
        for chain in self.chains() {
            for (a, b) in chain.edges() {
                let beside = (a.x < p.x && b.x < p.x) || (a.x > p.x && b.x > p.x);
                if beside && (a.y <= r.y) == (b.y <= r.y) {
                    continue;
                }
                if !beside && boxed(a, b, p) {
                    let touched = chain.touched(a, b, p, rounded);
                    if touched != 0 {
                        on |= touched;
                    }
                    if side(a, b, p).abs() <= 0.0 {
                        continue;
                    }
                }
                if crosses(a, b, p, r) {
                    inside ^= chain.along ^ chain.against;
                }
            }
        }
        inside | on
    }

    /// The runs of edges.
    #[inline]
    pub(super) fn chains(&self) -> Chains<'a> {
        Chains { words: self.chains, left: self.chain_count }
    }

    /// Gives the owner of each of these parts.
    #[inline]
    pub(super) fn owners(&self, parts: Parts, mut give: impl FnMut(Handle)) {
        let mut left = parts;
        while left != 0 {
            let part = left.trailing_zeros();
            left &= left - 1;
            if let Some(&pair) = self.owners.get(wide(part / 2)) {
                give(if part & 1 == 0 { low(pair) } else { high(pair) });
            }
        }
    }
}

/// The chains of a block.
#[derive(Clone, Debug)]
pub(super) struct Chains<'a> {
    words: &'a [u64],
    left: u32,
}

impl<'a> Iterator for Chains<'a> {
    type Item = Chain<'a>;

    #[inline]
    fn next(&mut self) -> Option<Chain<'a>> {
        self.left = self.left.checked_sub(1)?;
        let (&head, rest) = self.words.split_first()?;
        let (vertices, rest) = rest.split_at_checked(wide(low(head)) * 2)?;
        self.words = rest;
        let parts = high(head);
        Some(Chain { along: parts & 0xffff, against: parts >> 16, vertices })
    }
}

impl<'a> Chain<'a> {
    /// The edges in order.
    #[inline]
    pub(super) fn edges(self) -> impl Iterator<Item = (Xy, Xy)> + 'a {
        let (pairs, _) = self.vertices.as_chunks::<2>();
        let vertex = |&[x, y]: &[u64; 2]| Xy { x: f64::from_bits(x), y: f64::from_bits(y) };
        pairs.windows(2).filter_map(move |ends| match ends {
            [a, b] => Some((vertex(a), vertex(b))),
            _ => None,
        })
    }

    /// The parts that have this edge, if the point, which is in its box, lies on it.
    #[inline]
    fn touched(self, a: Xy, b: Xy, p: Xy, rounded: bool) -> Parts {
        if side(a, b, p).abs() <= 0.0 {
            return self.along | self.against;
        }
        if !rounded {
            return 0;
        }
        let along = if rounds_onto(a, b, p) { self.along } else { 0 };
        let against = if rounds_onto(b, a, p) { self.against } else { 0 };
        along | against
    }
}
