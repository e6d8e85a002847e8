//! The stored form of a mosaic: magic, version, counts, squares, nodes, lines,
//! words, then SHA-256 of all that.
//! Little-endian. Loading is copying.

use std::iter;

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::card::Line;
use super::mosaic::Mosaic;
use super::node::Node;
use super::number::{narrow, wide};

/// Raised with every change of the form or of what the cells hold.
const VERSION: u32 = 2;
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
    let Mosaic { squares, nodes, lines, words } = mosaic;
    let counts = [squares.len(), nodes.len(), lines.len(), words.len()].map(narrow);
    let mut bytes = Vec::with_capacity(HEAD + length(counts) + CHECKSUM);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend(iter::once(VERSION).chain(counts).flat_map(u32::to_le_bytes));
    bytes.extend(squares.iter().flat_map(|square| square.to_le_bytes()));
    bytes.extend(nodes.iter().flat_map(|node| node.0).flat_map(u32::to_le_bytes));
    bytes.extend(lines.iter().flat_map(|line| line.0).flat_map(u32::to_le_bytes));
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
    let &[MAGIC, version, squares, nodes, lines, words] = numbers else {
        return Err(PreparedError::Form);
    };
    if u32::from_le_bytes(version) != VERSION {
        return Err(PreparedError::Form);
    }
    if Sha256::digest(content).as_slice() != sum {
        return Err(PreparedError::Checksum);
    }
    let counts = [squares, nodes, lines, words].map(u32::from_le_bytes);
    if rest.len() != length(counts) {
        return Err(PreparedError::Form);
    }
    let [squares, nodes, lines, _] = counts.map(wide);
    let (squares, rest) = rest.split_at_checked(squares * 4).ok_or(PreparedError::Form)?;
    let (nodes, rest) = rest.split_at_checked(nodes * 32).ok_or(PreparedError::Form)?;
    let (lines, words) = rest.split_at_checked(lines * 64).ok_or(PreparedError::Form)?;
    Ok(Mosaic {
        squares: squares.as_chunks().0.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect(),
        nodes: nodes.as_chunks::<32>().0.iter().map(|bytes| Node(numbers_of(bytes))).collect(),
        lines: lines.as_chunks::<64>().0.iter().map(|bytes| Line(numbers_of(bytes))).collect(),
        words: words.as_chunks().0.iter().map(|&bytes| u64::from_le_bytes(bytes)).collect(),
    })
}

/// Bytes that so many squares, nodes, lines and words take.
fn length([squares, nodes, lines, words]: [u32; 4]) -> usize {
    wide(squares) * 4 + wide(nodes) * 32 + wide(lines) * 64 + wide(words) * 8
}

fn numbers_of<const N: usize>(bytes: &[u8]) -> [u32; N] {
    let mut numbers = [0; N];
    let (chunks, _) = bytes.as_chunks::<4>();
    for (number, &chunk) in numbers.iter_mut().zip(chunks) {
        *number = u32::from_le_bytes(chunk);
    }
    numbers
}
