//! The stored form of a mosaic: magic, version, counts, squares, tiles, leaves, words, then SHA-256
//! of all that. Little-endian. Loading is copying.

use std::iter;

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::leaf::{Kind, Leaf};
use super::mosaic::Mosaic;
use super::number::{narrow, wide};
use super::tile::Tile;

/// Raised with every change of the form or of what the cells hold.
const VERSION: u32 = 3;
const MAGIC: [u8; 4] = *b"SCMO";
const CHECKSUM: usize = 32;
const HEAD: usize = 24;

/// Why bytes are no prepared mosaic. The remedy is always the same: build it again.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PreparedError {
    /// Not the form of this version.
    #[error("not a prepared mosaic of version {VERSION}")]
    Form,
    /// The bytes are not those that were written.
    #[error("the checksum of the prepared mosaic does not fit its content")]
    Checksum,
}

pub(super) fn write(mosaic: &Mosaic) -> Vec<u8> {
    let Mosaic { squares, tiles, leaves, words } = mosaic;
    let counts = [squares.len(), tiles.len(), leaves.len(), words.len()].map(narrow);
    let mut bytes = Vec::with_capacity(HEAD + length(counts) + CHECKSUM);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend(iter::once(VERSION).chain(counts).flat_map(u32::to_le_bytes));
    bytes.extend(squares.iter().flat_map(|square| square.to_le_bytes()));
    for tile in tiles {
        write_tile(tile, &mut bytes);
    }
    for leaf in leaves {
        write_leaf(leaf, &mut bytes);
    }
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    bytes
}

pub(super) fn read(bytes: &[u8]) -> Result<Mosaic, PreparedError> {
    let content = bytes.len().checked_sub(CHECKSUM).ok_or(PreparedError::Form)?;
    let (content, sum) = bytes.split_at_checked(content).ok_or(PreparedError::Form)?;
    let (head, rest) = content.split_first_chunk::<HEAD>().ok_or(PreparedError::Form)?;
    let (numbers, _) = head.as_chunks::<4>();
    let &[MAGIC, version, squares, tiles, leaves, words] = numbers else {
        return Err(PreparedError::Form);
    };
    if u32::from_le_bytes(version) != VERSION {
        return Err(PreparedError::Form);
    }
    if Sha256::digest(content).as_slice() != sum {
        return Err(PreparedError::Checksum);
    }
    let counts = [squares, tiles, leaves, words].map(u32::from_le_bytes);
    if rest.len() != length(counts) {
        return Err(PreparedError::Form);
    }
    let [squares, tiles, leaves, _] = counts.map(wide);
    let (squares, rest) = rest.split_at_checked(squares * 4).ok_or(PreparedError::Form)?;
    let (tiles, rest) = rest.split_at_checked(tiles * 28).ok_or(PreparedError::Form)?;
    let (leaves, words) = rest.split_at_checked(leaves * 64).ok_or(PreparedError::Form)?;
    Ok(Mosaic {
        squares: squares.as_chunks().0.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect(),
        tiles: tiles.as_chunks().0.iter().map(tile_of).collect(),
        leaves: leaves.as_chunks().0.iter().map(leaf_of).collect(),
        words: words.as_chunks().0.iter().map(|&bytes| u64::from_le_bytes(bytes)).collect(),
    })
}

/// Bytes that so many squares, tiles, leaves and words take.
fn length([squares, tiles, leaves, words]: [u32; 4]) -> usize {
    wide(squares) * 4 + wide(tiles) * 28 + wide(leaves) * 64 + wide(words) * 8
}

fn write_tile(tile: &Tile, bytes: &mut Vec<u8>) {
    let Tile { leafy, second, owners, first } = tile;
    bytes.extend([leafy, second, owners].into_iter().flat_map(|word| word.to_le_bytes()));
    bytes.extend(first.to_le_bytes());
}

fn tile_of(bytes: &[u8; 28]) -> Tile {
    let mut rest = Reader(bytes);
    let (leafy, second, owners) = (rest.word(), rest.word(), rest.word());
    Tile { leafy, second, owners, first: rest.number() }
}

fn write_leaf(leaf: &Leaf, bytes: &mut Vec<u8>) {
    let Leaf { x, y, owners, x_low, y_low, sides } = leaf;
    bytes.extend(x.iter().chain(y).flat_map(|steps| steps.to_le_bytes()));
    bytes.extend(owners.to_le_bytes());
    bytes.extend([x_low, y_low, sides].into_iter().flat_map(|word| word.to_le_bytes()));
}

fn leaf_of(bytes: &[u8; 64]) -> Leaf {
    let mut rest = Reader(bytes);
    let mut leaf = Leaf::of(Kind::Card);
    let Leaf { x, y, owners, x_low, y_low, sides } = &mut leaf;
    for steps in x.iter_mut().chain(y) {
        *steps = i16::from_le_bytes(rest.take());
    }
    *owners = rest.number();
    for word in [x_low, y_low, sides] {
        *word = rest.word();
    }
    leaf
}

/// Bytes, of which there are always enough.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((&head, rest)) = self.0.split_first_chunk() else { return [0; N] };
        self.0 = rest;
        head
    }

    fn word(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn number(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }
}
