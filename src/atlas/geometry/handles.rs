//! A small sorted set of handles that needs no memory of its own while it is small.

use std::mem;

/// The number by which a layer knows a shape; chosen by the caller, below 2^30.
pub type Handle = u32;

const INLINE: usize = 8;

/// Handles in ascending order, each once. Up to eight are kept in place.
#[derive(Clone, Debug, Default)]
pub struct Handles {
    length: usize,
    inline: [Handle; INLINE],
    spilled: Vec<Handle>,
}

impl Handles {
    /// No handles.
    pub const fn new() -> Self {
        Self { length: 0, inline: [0; INLINE], spilled: Vec::new() }
    }

    /// The handles in ascending order.
    #[inline]
    pub fn as_slice(&self) -> &[Handle] {
        if self.length <= INLINE {
            self.inline.get(..self.length).unwrap_or_default()
        } else {
            &self.spilled
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether this handle is among them.
    pub fn contains(&self, handle: Handle) -> bool {
        self.as_slice().contains(&handle)
    }

    /// Each handle, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Handle> + '_ {
        self.as_slice().iter().copied()
    }

    /// Adds a handle; one that is there already changes nothing.
    #[inline]
    pub fn insert(&mut self, handle: Handle) {
        let place = match self.as_slice().iter().position(|&held| held >= handle) {
            Some(place) if self.as_slice().get(place) == Some(&handle) => return,
            Some(place) => place,
            None => self.length,
        };
        if self.length >= INLINE {
            return self.spill(place, handle);
        }
        let mut carried = handle;
        for slot in self.inline.iter_mut().take(self.length + 1).skip(place) {
            carried = mem::replace(slot, carried);
        }
        self.length += 1;
    }

    /// Adds the first of two, the second, both or neither, as the lower bits of a number say; the
    /// first is not the larger one. Which of them cannot be foreseen, so nothing branches on it.
    #[inline]
    pub(super) fn insert_of(&mut self, which: u32, [one, other]: [Handle; 2]) {
        if self.length > 0 {
            let pair = [(1, one), (2, other)];
            pair.iter()
                .filter(|(bit, _)| which & bit != 0)
                .for_each(|&(_, held)| self.insert(held));
            return;
        }
        let [first, second, ..] = &mut self.inline;
        *first = if which & 1 == 0 { other } else { one };
        *second = other;
        let both = which == 3 && one != other;
        self.length = usize::from(which != 0) + usize::from(both);
    }

    /// Forgets all handles, keeping the memory.
    pub fn clear(&mut self) {
        self.length = 0;
        self.spilled.clear();
    }

    #[cold]
    fn spill(&mut self, place: usize, handle: Handle) {
        if self.length == INLINE {
            self.spilled.clear();
            self.spilled.extend_from_slice(&self.inline);
        }
        self.spilled.insert(place, handle);
        self.length += 1;
    }
}

impl PartialEq for Handles {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Handles {}

impl FromIterator<Handle> for Handles {
    fn from_iter<I: IntoIterator<Item = Handle>>(iter: I) -> Self {
        let mut handles = Self::new();
        iter.into_iter().for_each(|handle| handles.insert(handle));
        handles
    }
}
