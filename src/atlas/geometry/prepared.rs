//! The stored form of a mosaic: magic, version, counts, entries, words, then SHA-256 of all that.
//! Little-endian. Loading is copying.

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::mosaic::Mosaic;
use super::number::{narrow, wide};

/// Raised with every change of the form or of what the cells hold.
const VERSION: u32 = 1;
const MAGIC: [u8; 4] = *b"SCMO";
const CHECKSUM: usize = 32;

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
    let Mosaic { entries, words } = mosaic;
    let mut bytes = Vec::with_capacity(16 + entries.len() * 4 + words.len() * 8 + CHECKSUM);
    bytes.extend_from_slice(&MAGIC);
    for number in [VERSION, narrow(entries.len()), narrow(words.len())] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend(entries.iter().flat_map(|entry| entry.to_le_bytes()));
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    bytes
}

pub(super) fn read(bytes: &[u8]) -> Result<Mosaic, PreparedError> {
    let content = bytes.len().checked_sub(CHECKSUM).ok_or(PreparedError::Form)?;
    let (content, sum) = bytes.split_at_checked(content).ok_or(PreparedError::Form)?;
    let (head, rest) = content.split_first_chunk::<16>().ok_or(PreparedError::Form)?;
    let (numbers, _) = head.as_chunks::<4>();
    let &[MAGIC, version, entries, words] = numbers else { return Err(PreparedError::Form) };
    if u32::from_le_bytes(version) != VERSION {
        return Err(PreparedError::Form);
    }
    if Sha256::digest(content).as_slice() != sum {
        return Err(PreparedError::Checksum);
    }
    let counts = (u32::from_le_bytes(entries), u32::from_le_bytes(words));
    let entry_bytes = wide(counts.0) * 4;
    let (entries, words) = rest.split_at_checked(entry_bytes).ok_or(PreparedError::Form)?;
    let (entries, _) = entries.as_chunks::<4>();
    let (words, left) = words.as_chunks::<8>();
    if !left.is_empty() || narrow(words.len()) != counts.1 {
        return Err(PreparedError::Form);
    }
    Ok(Mosaic {
        entries: entries.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect(),
        words: words.iter().map(|&bytes| u64::from_le_bytes(bytes)).collect(),
    })
}
