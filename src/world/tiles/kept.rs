//! Tiles that were made, as many as there is room for; the one that was asked for longest ago goes
//! first.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::mercator::Tile;

/// Tiles in the process.
#[derive(Debug)]
pub(super) struct Kept {
    room: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    tiles: BTreeMap<Tile, Entry>,
    bytes: usize,
    asked: u64,
}

#[derive(Debug)]
struct Entry {
    version: i64,
    body: Bytes,
    asked: u64,
}

impl Kept {
    /// Room for so many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self { room, held: Mutex::default() }
    }

    /// A tile of a world.
    pub(super) fn get(&self, tile: Tile, version: i64) -> Option<Bytes> {
        self.held().get(tile, version)
    }

    /// Keeps a tile, unless one of a newer world is held.
    pub(super) fn put(&self, tile: Tile, version: i64, body: Bytes) {
        self.held().put(tile, version, body, self.room);
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn get(&mut self, tile: Tile, version: i64) -> Option<Bytes> {
        self.asked += 1;
        let entry = self.tiles.get_mut(&tile).filter(|entry| entry.version == version)?;
        entry.asked = self.asked;
        Some(entry.body.clone())
    }

    fn put(&mut self, tile: Tile, version: i64, body: Bytes, room: usize) {
        if self.tiles.get(&tile).is_some_and(|entry| entry.version > version) {
            return;
        }
        self.bytes += body.len();
        let entry = Entry { version, body, asked: self.asked };
        if let Some(before) = self.tiles.insert(tile, entry) {
            self.bytes -= before.body.len();
        }
        while self.bytes > room {
            let oldest = self.tiles.iter().min_by_key(|(_, entry)| entry.asked);
            let Some(oldest) = oldest.map(|(tile, _)| *tile) else { return };
            self.bytes -= self.tiles.remove(&oldest).map_or(0, |entry| entry.body.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(column: u32) -> Tile {
        Tile::new(4, column, 0).unwrap()
    }

    #[test]
    fn the_one_asked_for_longest_ago_goes_first() {
        let kept = Kept::new(25);
        let body = |text: &'static str| Bytes::from_static(text.as_bytes());
        kept.put(tile(1), 1, body("0123456789"));
        kept.put(tile(2), 1, body("0123456789"));
        assert!(kept.get(tile(1), 1).is_some());
        kept.put(tile(3), 1, body("0123456789"));
        assert!(kept.get(tile(2), 1).is_none(), "no room for three");
        assert!(kept.get(tile(1), 1).is_some() && kept.get(tile(3), 1).is_some());
        assert!(kept.get(tile(1), 2).is_none(), "of another world");
        kept.put(tile(1), 2, body("new"));
        kept.put(tile(1), 1, body("late"));
        assert_eq!(kept.get(tile(1), 2), Some(body("new")));
    }
}
