//! The index of areas: the map cut into cells, each with the borders that touch it.

use std::borrow::Borrow;

use thiserror::Error;

use super::block::Block;
use super::contact::Contact;
use super::cut::{Cell, Cutter};
use super::handles::{Handle, Handles};
use super::number::{narrow, step, wide};
use super::path::Path;
use super::point::Xy;
use super::prepared::{self, PreparedError};
use super::seams::Seams;
use super::shape::Shape;
use super::{measure, trace};
use crate::model::LonLat;

/// A cell's entry has its kind in the upper two bits.
const KIND: u32 = 3 << 30;
const BLOCK: u32 = 1 << 30;
const CUT: u32 = 2 << 30;

/// What a cell's entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// No border here: the cell lies wholly in one shape, or in none.
    Whole(Option<Handle>),
    /// Borders, or several shapes over each other: the place of the block.
    Block(usize),
    /// Cut further: the place of the count, which the entries follow.
    Cut(usize),
}

impl Entry {
    pub(super) fn whole(handle: Option<Handle>) -> u32 {
        handle.map_or(0, |handle| handle + 1)
    }

    pub(super) fn block(place: usize) -> u32 {
        BLOCK | narrow(place)
    }

    pub(super) fn cut(place: usize) -> u32 {
        CUT | narrow(place)
    }

    #[inline]
    pub(super) fn read(entry: u32) -> Self {
        let value = entry & !KIND;
        match entry & KIND {
            0 => Self::Whole(value.checked_sub(1)),
            BLOCK => Self::Block(wide(value)),
            _ => Self::Cut(wide(value)),
        }
    }
}

/// Why shapes cannot be put into one layer.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BuildError {
    /// A handle is not below 2^30.
    #[error("handle {0} is too large")]
    Handle(Handle),
    /// The packed arrays would pass 2^30 words.
    #[error("too many edges for one layer")]
    TooLarge,
}

/// An immutable index of shapes that cover the map and seldom overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mosaic {
    pub(super) entries: Vec<u32>,
    pub(super) words: Vec<u64>,
}

impl Mosaic {
    /// Builds the index. Each shape keeps the handle it comes with; two shapes may share one.
    pub fn build<S: Borrow<Shape>>(
        shapes: impl IntoIterator<Item = (Handle, S)>,
    ) -> Result<Self, BuildError> {
        let seams = Seams::of(shapes);
        if let Some(&handle) = seams.owners.iter().find(|&&handle| handle >= BLOCK - 1) {
            return Err(BuildError::Handle(handle));
        }
        let Cutter { entries, words, .. } = Cutter::cut(&seams);
        if narrow(entries.len().max(words.len())) >= BLOCK {
            return Err(BuildError::TooLarge);
        }
        Ok(Self { entries, words })
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
        match self.entry(p) {
            Entry::Whole(handle) => {
                if let Some(handle) = handle {
                    found.insert(handle);
                }
            }
            Entry::Block(place) => {
                for block in Block::all(self.block_words(place)) {
                    block.owners(block.covering(p, rounded), |handle| found.insert(handle));
                }
            }
            Entry::Cut(_) => {}
        }
    }

    pub(super) fn block_words(&self, place: usize) -> &[u64] {
        self.words.get(place..).unwrap_or_default()
    }

    /// The entry of the cell a point lies in, never a cut one.
    #[inline]
    fn entry(&self, p: Xy) -> Entry {
        let (west, south, columns, rows) = Cell::WORLD;
        let (column, mut x) = step(p.x - west, columns);
        let (row, mut y) = step(p.y - south, rows);
        let mut place = wide(row * columns + column);
        loop {
            let Some(&entry) = self.entries.get(place) else { return Entry::Whole(None) };
            let Entry::Cut(cut) = Entry::read(entry) else { return Entry::read(entry) };
            let Some(&count) = self.entries.get(cut) else { return Entry::Whole(None) };
            let (column, right) = step(x * f64::from(count), count);
            let (row, up) = step(y * f64::from(count), count);
            (x, y) = (right, up);
            place = cut + 1 + wide(row * count + column);
        }
    }
}
