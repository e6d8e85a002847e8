//! Values kept in the process, no more than so many bytes of them: the longest unread leaves first.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Parts with a lock of their own, so that readers of different keys seldom meet.
const SHARDS: usize = 16;

/// A bounded map. Values are handed out as clones: put an `Arc` in it.
pub struct Bounded<K, V> {
    shards: [Mutex<Shard<K, V>>; SHARDS],
    /// Bytes of one shard at most.
    most: usize,
}

struct Shard<K, V> {
    entries: BTreeMap<K, Entry<V>>,
    /// Keys by the number of their last reading, the longest unread first.
    order: BTreeMap<u64, K>,
    readings: u64,
    bytes: usize,
}

struct Entry<V> {
    value: V,
    bytes: usize,
    read: u64,
}

impl<K: Ord + Clone + Hash, V: Clone> Bounded<K, V> {
    /// An empty map of so many bytes.
    pub fn new(bytes: usize) -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::new(Shard::new())), most: bytes / SHARDS }
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<V> {
        self.shard(key)?.read(key)
    }

    /// Keeps a value that weighs so many bytes. One heavier than a part of the map may be is not
    /// kept at all.
    pub fn put(&self, key: K, value: V, bytes: usize) {
        let Some(mut shard) = self.shard(&key) else { return };
        shard.remove(&key);
        if bytes <= self.most {
            shard.insert(key, value, bytes);
            shard.shrink(self.most);
        }
    }

    /// Bytes of everything kept.
    pub fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).bytes).sum()
    }

    fn shard(&self, key: &K) -> Option<MutexGuard<'_, Shard<K, V>>> {
        let hash = BuildHasherDefault::<DefaultHasher>::new().hash_one(key);
        let at = usize::try_from(hash % (1 << 32)).unwrap_or(0) % SHARDS;
        self.shards.get(at).map(lock)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K: Ord + Clone, V: Clone> Shard<K, V> {
    const fn new() -> Self {
        Self { entries: BTreeMap::new(), order: BTreeMap::new(), readings: 0, bytes: 0 }
    }

    fn read(&mut self, key: &K) -> Option<V> {
        let entry = self.entries.get_mut(key)?;
        // What was read last of all keeps its place.
        if entry.read != self.readings {
            self.readings += 1;
            let before = std::mem::replace(&mut entry.read, self.readings);
            if let Some(key) = self.order.remove(&before) {
                self.order.insert(self.readings, key);
            }
        }
        Some(entry.value.clone())
    }

    fn insert(&mut self, key: K, value: V, bytes: usize) {
        self.readings += 1;
        self.order.insert(self.readings, key.clone());
        self.entries.insert(key, Entry { value, bytes, read: self.readings });
        self.bytes += bytes;
    }

    fn remove(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.order.remove(&entry.read);
            self.bytes -= entry.bytes;
        }
    }

    fn shrink(&mut self, most: usize) {
        while self.bytes > most {
            let Some((_, key)) = self.order.pop_first() else { return };
            if let Some(entry) = self.entries.remove(&key) {
                self.bytes -= entry.bytes;
            }
        }
    }
}

impl<K, V> fmt::Debug for Bounded<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bounded").field("most", &self.most).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_unread_leaves_first() {
        let mut shard = Shard::new();
        for key in ["a", "b", "c"] {
            shard.insert(key, key.to_uppercase(), 10);
        }
        assert_eq!(shard.read(&"a").as_deref(), Some("A"));
        shard.insert("d", "D".to_owned(), 10);
        shard.shrink(30);
        assert_eq!(shard.read(&"b"), None, "it was read least lately");
        assert_eq!((shard.read(&"a").is_some(), shard.bytes), (true, 30));
        assert_eq!(shard.entries.len(), shard.order.len());
    }

    #[test]
    fn it_never_holds_more_than_its_bytes() {
        let kept = Bounded::new(SHARDS * 100);
        for key in 0_u32..10_000 {
            kept.put(key % 500, key, usize::try_from(key % 60).unwrap());
            kept.get(&(key % 37));
            assert!(kept.bytes() <= SHARDS * 100);
        }
        kept.put(1, 7, 30);
        kept.put(1, 8, 101);
        assert_eq!(
            kept.get(&1),
            None,
            "what does not fit takes its forerunner's place with nothing"
        );
        let is_sound = |shard: &Shard<u32, u32>| {
            let bytes: usize = shard.entries.values().map(|entry| entry.bytes).sum();
            (shard.bytes, shard.order.len()) == (bytes, shard.entries.len())
        };
        assert!(kept.shards.iter().all(|shard| is_sound(&lock(shard))));
    }
}
