//! Fences indexed at once and never changed: one layer of the overlay.

use std::collections::BTreeMap;

use super::DrawnFence;
use crate::atlas::geometry::{BuildError, Handle, Overlay};
use crate::atlas::placing::index;
use crate::model::{AreaId, FenceId};

/// Fences to be found by id, by place and by area. A handle of the index is a position in order of
/// id.
#[derive(Debug, Default)]
pub(super) struct Indexed {
    fences: Vec<DrawnFence>,
    overlay: Overlay,
    by_area: BTreeMap<AreaId, Vec<usize>>,
}

impl Indexed {
    /// Indexes fences, which come in rising order of id.
    pub(super) fn build(fences: Vec<DrawnFence>) -> Result<Self, BuildError> {
        let overlay = Overlay::build((0..).zip(fences.iter().map(|drawn| drawn.shape.as_ref())))?;
        let mut by_area: BTreeMap<AreaId, Vec<usize>> = BTreeMap::new();
        for (position, drawn) in fences.iter().enumerate() {
            for area in drawn.fence.areas.iter() {
                match by_area.get_mut(area) {
                    Some(positions) => positions.push(position),
                    None => drop(by_area.insert(area.clone(), vec![position])),
                }
            }
        }
        Ok(Self { fences, overlay, by_area })
    }

    pub(super) const fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    pub(super) const fn len(&self) -> usize {
        self.fences.len()
    }

    pub(super) fn position(&self, id: FenceId) -> Option<usize> {
        self.fences.binary_search_by_key(&id, |drawn| drawn.fence.fence_id).ok()
    }

    pub(super) fn get(&self, position: usize) -> Option<&DrawnFence> {
        self.fences.get(position)
    }

    pub(super) fn of_handle(&self, handle: Handle) -> Option<&DrawnFence> {
        self.get(index(handle))
    }

    /// All of them, in order of id.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &DrawnFence)> {
        self.fences.iter().enumerate()
    }

    /// Those that touch an area, in order of id.
    pub(super) fn in_area(&self, area_id: &AreaId) -> impl Iterator<Item = (usize, &DrawnFence)> {
        let positions = self.by_area.get(area_id).map(Vec::as_slice).unwrap_or_default();
        positions.iter().filter_map(|&at| Some((at, self.fences.get(at)?)))
    }
}
