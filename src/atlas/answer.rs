//! What the atlas answers.

use std::sync::Arc;

use super::area::AreaEntry;
use crate::model::{AreaId, Fence};

/// Why a place cannot be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceFault {
    /// No airport, city or area is called so.
    #[error("no such place is known")]
    Unknown,
    /// An ISO 3166-2 code stands for several areas: their ids, in order.
    #[error("the code stands for several areas")]
    Ambiguous(Vec<AreaId>),
}

/// What covers a point, boundaries included.
#[derive(Debug, Clone, PartialEq)]
pub struct Covering<'a> {
    /// Areas in order of id: two on a shared border, none at sea.
    pub areas: Vec<&'a AreaEntry>,
    /// Fences in order of id, whether they stand at present or not.
    pub fences: Vec<&'a Arc<Fence>>,
}

impl<'a> Covering<'a> {
    /// The area that decides: the strictest, then the smallest id.
    pub fn deciding(&self) -> Option<&'a AreaEntry> {
        strictest(self.areas.iter().copied())
    }
}

/// An area or a fence that a path touches.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact<T> {
    /// What is touched.
    pub what: T,
    /// From where to where on the path, as parts of its length from 0 to 1, in order; a touch in
    /// one point is an interval without length.
    pub spans: Vec<(f64, f64)>,
}

/// What a path touches, in order of first contact; then by id.
#[derive(Debug, Clone, PartialEq)]
pub struct Along<'a> {
    /// Areas.
    pub areas: Vec<Contact<&'a AreaEntry>>,
    /// Fences, whether they stand at present or not.
    pub fences: Vec<Contact<&'a Arc<Fence>>>,
}

/// The strictest of several areas; of equals the one that comes first.
pub(super) fn strictest<'a>(areas: impl Iterator<Item = &'a AreaEntry>) -> Option<&'a AreaEntry> {
    areas.reduce(|best, next| if next.strictness() > best.strictness() { next } else { best })
}
