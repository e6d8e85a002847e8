//! A small sorted set of handles that needs no memory of its own while it is small.

use std::mem;

use super::number::low;

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

    /// Adds a handle, most often the first.
    #[inline]
    pub(super) fn add(&mut self, handle: Handle) {
        if self.length == 0 {
            let [first, ..] = &mut self.inline;
            (*first, self.length) = (handle, 1);
        } else {
            self.insert_late(handle);
        }
    }

    #[cold]
    #[inline(never)]
    fn insert_late(&mut self, handle: Handle) {
        self.insert(handle);
    }

    /// Adds those of three owners, sixteen bits each, whose bit is set, eight bits each. Most often
    /// it is one or none, so nothing branches on which.
    #[inline]
    pub(super) fn insert_of(&mut self, which: u32, owners: u64) {
        let owner = |which: u32| low(owners >> ((which.trailing_zeros() * 2) & 63)) & 0xffff;
        if self.length == 0 && which & which.wrapping_sub(1) == 0 {
            let [first, ..] = &mut self.inline;
            *first = owner(which);
            self.length = usize::from(which != 0);
            return;
        }
        self.insert_each(which, owner);
    }

    #[cold]
    #[inline(never)]
    fn insert_each(&mut self, which: u32, owner: impl Fn(u32) -> Handle) {
        let mut left = which;
        while left != 0 {
            self.insert(owner(left));
            left &= left - 1;
        }
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
