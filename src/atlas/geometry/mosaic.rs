//! The index of areas: the map cut into cells, each with the borders that touch it.

use std::borrow::Borrow;

use thiserror::Error;

use super::block::Block;
use super::card::{Card, Line};
use super::cell::Cell;
use super::contact::Contact;
use super::cut::Cutter;
use super::handles::{Handle, Handles};
use super::node::{BLOCK, FAR, KIND, MOST, NEAR, Node, SIDE, Square, Tile, WHOLE, WIDE, squares};
use super::number::{Fixed, wide};
use super::path::Path;
use super::point::Xy;
use super::prepared::{self, PreparedError};
use super::seams::Seams;
use super::shape::Shape;
use super::{measure, trace};
use crate::model::LonLat;

/// What a cell holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held<'a> {
    /// No border: it lies wholly in one shape, or in none.
    Whole(Option<Handle>),
    /// Simple borders.
    Card(Card<'a>),
    /// Other borders, or several shapes over each other: the words from the block on.
    Block(&'a [u64]),
    /// Cut further: its first tile, and the number of tiles in a row.
    Cut(u32, u32),
}

/// Why shapes cannot be put into one layer.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BuildError {
    /// A handle is not below 2^30.
    #[error("handle {0} is too large")]
    Handle(Handle),
    /// The packed arrays would pass a gigabyte.
    #[error("too many edges for one layer")]
    TooLarge,
}

/// An immutable index of shapes that cover the map and seldom overlap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mosaic {
    /// For each square of the map of one degree its kind and a number.
    pub(super) squares: Vec<u32>,
    /// Tiles, and what cells hold that are not whole.
    pub(super) nodes: Vec<Node>,
    /// Wide cards.
    pub(super) lines: Vec<Line>,
    /// Blocks.
    pub(super) words: Vec<u64>,
}

impl Mosaic {
    /// Builds the index. Each shape keeps the handle it comes with; two shapes may share one.
    pub fn build<S: Borrow<Shape>>(
        shapes: impl IntoIterator<Item = (Handle, S)>,
    ) -> Result<Self, BuildError> {
        let seams = Seams::of(shapes);
        if let Some(&handle) = seams.owners.iter().find(|&&handle| handle >= MOST) {
            return Err(BuildError::Handle(handle));
        }
        Cutter::cut(&seams)
    }

    /// The shapes that cover a point, boundaries included; at ±180° on both edges of the map.
    #[inline]
    pub fn at(&self, point: LonLat) -> Handles {
        let mut found = Handles::new();
        let xy = Xy::from(point);
        self.cover(xy, true, &mut found);
        if let Some(mirrored) = xy.mirrored() {
            self.cover(mirrored, true, &mut found);
        }
        found
    }

    /// What a path touches, in order of first contact, then by handle.
    pub fn along(&self, path: &Path) -> Vec<Contact> {
        trace::along(self, path)
    }

    /// The nearest shape that passes the filter, with its distance in kilometres: 0 for one that
    /// covers the point; of equals the smallest handle. None within `max_km`: none.
    pub fn nearest(
        &self,
        point: LonLat,
        max_km: f64,
        filter: impl Fn(Handle) -> bool,
    ) -> Option<(Handle, f64)> {
        measure::nearest(self, point, max_km, filter)
    }

    /// Every shape within so many kilometres, with its distance, by handle; 0 for those that cover
    /// the point. A shape's distance is that of its nearest edge.
    pub fn within(&self, point: LonLat, km: f64) -> Vec<(Handle, f64)> {
        measure::within(self, point, km)
    }

    /// The built index as bytes, with a version and a checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        prepared::write(self)
    }

    /// Reads what [`Mosaic::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PreparedError> {
        prepared::read(bytes)
    }

    /// Adds the shapes that cover a point of the map. With `rounded` as `PostGIS` has it for points,
    /// without it exactly.
    #[inline]
    pub(super) fn cover(&self, p: Xy, rounded: bool, found: &mut Handles) {
        match self.held(p) {
            Held::Whole(None) | Held::Cut(..) => {}
            Held::Whole(Some(handle)) => found.insert(handle),
            Held::Card(card) => found.insert_of(card.covering(p, rounded), card.owners()),
            Held::Block(words) => {
                for block in Block::all(words) {
                    block.owners(block.covering(p, rounded), |handle| found.insert(handle));
                }
            }
        }
    }

    /// What the cell of a point holds, never a cut.
    #[inline]
    fn held(&self, p: Xy) -> Held<'_> {
        let (west, south, columns, rows) = Cell::WORLD;
        let (column, mut x) = Fixed::new(p.x - west, columns).split();
        let (row, mut y) = Fixed::new(p.y - south, rows).split();
        let mut held = self.square(column, row);
        while let Held::Cut(first, across) = held {
            let count = u64::from(squares(across));
            let (column, right) = x.finer(count).split();
            let (row, up) = y.finer(count).split();
            (x, y) = (right, up);
            held = self.in_cut(first, across.into(), column, row);
        }
        held
    }

    /// What a square of the map of one degree holds.
    #[inline]
    pub(super) fn square(&self, column: u64, row: u64) -> Held<'_> {
        let (_, _, columns, _) = Cell::WORLD;
        let Ok(place) = usize::try_from(row * u64::from(columns) + column) else {
            return Held::Whole(None);
        };
        match self.squares.get(place).map_or(Square::Whole(None), |&word| Square::read(word)) {
            Square::Whole(handle) => Held::Whole(handle),
            Square::Node(place) => self.node(place),
            Square::Cut(first, across) => Held::Cut(first, across),
        }
    }

    /// What a square of a cut holds.
    #[inline]
    pub(super) fn in_cut(&self, first: u32, across: u64, column: u64, row: u64) -> Held<'_> {
        let side = u64::from(SIDE);
        let place = u64::from(first) + (row / side) * across + column / side;
        let tile = usize::try_from(place).ok().and_then(|place| self.nodes.get(place));
        let Some(tile) = tile.map(Tile::read) else { return Held::Whole(None) };
        match tile.square((row % side) * side + column % side) {
            Ok(place) => self.node(place),
            Err(handle) => Held::Whole(handle),
        }
    }

    #[inline]
    fn node(&self, place: u32) -> Held<'_> {
        let Some(node) = self.nodes.get(wide(place)) else { return Held::Whole(None) };
        let &Node([head, ..]) = node;
        if head >> KIND == NEAR { Held::Card(Card::narrow(node, false)) } else { self.other(node) }
    }

    /// What a node holds that is not the common kind.
    #[cold]
    #[inline(never)]
    fn other<'a>(&'a self, node: &'a Node) -> Held<'a> {
        let &Node([head, first, second, ..]) = node;
        match head >> KIND {
            FAR => Held::Card(Card::narrow(node, true)),
            WIDE => match self.lines.get(wide(first)) {
                Some(line) => Held::Card(Card::wide(line)),
                None => Held::Whole(None),
            },
            BLOCK => Held::Block(self.words.get(wide(first)..).unwrap_or_default()),
            WHOLE => Held::Whole(first.checked_sub(1)),
            _ => Held::Cut(first, second),
        }
    }
}
