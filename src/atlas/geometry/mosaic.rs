//! The index of areas: the map cut into cells, each with the borders that touch it.

use std::borrow::Borrow;

use thiserror::Error;

use super::block::Block;
use super::card::Card;
use super::cell::Cell;
use super::contact::Contact;
use super::cut::Cutter;
use super::handles::{Handle, Handles};
use super::leaf::{Kind, Leaf};
use super::number::{Fixed, MILLIONTHS, floored, low, wide};
use super::path::Path;
use super::point::Xy;
use super::prepared::{self, PreparedError};
use super::seams::Seams;
use super::shape::Shape;
use super::square::{MOST, Square};
use super::tile::{self, HALVINGS, Tile};
use super::{measure, trace};
use crate::model::LonLat;

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
    /// What the parts of squares are cut into.
    pub(super) tiles: Vec<Tile>,
    /// Cells with borders.
    pub(super) leaves: Vec<Leaf>,
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
        let (west, south, columns, rows) = Cell::WORLD;
        let (column, x) = Fixed::new(p.x - west, columns).split();
        let (row, y) = Fixed::new(p.y - south, rows).split();
        // what the leaf is not needed for is done before it comes from memory
        let (mut place, mut halved) = match self.square(column, row) {
            Square::Whole(None) => return,
            Square::Whole(Some(handle)) => return found.add(handle),
            Square::Leaf(place) => (place, 0),
            Square::Tiles(first, parts) => {
                let place = first + (y.part(0, parts) << parts) + x.part(0, parts);
                let Some(tile) = self.tiles.get(wide(place)) else { return };
                match descend(tile, [x, y], parts) {
                    Ok(next) => next,
                    Err(None) => return,
                    Err(Some(handle)) => return found.add(handle),
                }
            }
        };
        loop {
            let Some(leaf) = self.leaves.get(wide(place)) else { return };
            if leaf.is_card() {
                let (x_middle, y_middle) = (x.middle(halved), y.middle(halved));
                let told = leaf.told([x.in_millionths() - x_middle, y.in_millionths() - y_middle]);
                if told.doubtful == 0 {
                    return found.insert_of(told.covering, leaf.owners());
                }
                let place = |from: f64, whole: u64, part: i32| {
                    floored((from + f64::from(low(whole))) * MILLIONTHS) + part
                };
                let middle = [place(west, column, x_middle), place(south, row, y_middle)];
                return Card { leaf, middle }.cover(p, rounded, told, found);
            }
            match leaf.kind() {
                Kind::Cut(tile) => match descend(&tile, [x, y], halved) {
                    Ok(next) => (place, halved) = next,
                    Err(None) => return,
                    Err(Some(handle)) => return found.add(handle),
                },
                Kind::Block(place) => return self.cover_of_block(place, p, rounded, found),
                Kind::Whole(Some(handle)) => return found.add(handle),
                Kind::Whole(None) | Kind::Card => return,
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn cover_of_block(&self, place: u32, p: Xy, rounded: bool, found: &mut Handles) {
        for block in Block::all(self.block(place)) {
            block.owners(block.covering(p, rounded), |handle| found.insert(handle));
        }
    }

    /// What a square of the map of one degree holds.
    #[inline]
    pub(super) fn square(&self, column: u64, row: u64) -> Square {
        let (_, _, columns, _) = Cell::WORLD;
        let place = usize::try_from(row * u64::from(columns) + column).ok();
        let word = place.and_then(|place| self.squares.get(place));
        word.map_or(Square::Whole(None), |&word| Square::read(word))
    }

    /// The words from the block on.
    pub(super) fn block(&self, place: u32) -> &[u64] {
        self.words.get(wide(place)..).unwrap_or_default()
    }
}

/// What a tile has where a point lies, when the sides of its cell were halved so often: the place of a
/// leaf and how often the sides of that one's cell are, or what covers the point.
#[inline(always)]
#[expect(clippy::inline_always, reason = "called, what it tells comes through memory, and late")]
fn descend(tile: &Tile, [x, y]: [Fixed; 2], halved: u32) -> Result<(u32, u32), Option<Handle>> {
    let square = tile::place(x.part(halved, HALVINGS), y.part(halved, HALVINGS));
    let (leaf, doubled) = tile.square(square)?;
    Ok((leaf, (halved + HALVINGS).wrapping_sub(doubled)))
}
