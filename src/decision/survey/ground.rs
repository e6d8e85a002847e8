//! Areas met on the way, each once.

use crate::atlas::{AreaEntry, Atlas};
use crate::model::{AreaId, TerrainArea};

/// The map, and what of it the terrain holds so far.
pub(super) struct Ground<'a> {
    atlas: &'a Atlas,
    areas: Vec<TerrainArea>,
}

impl<'a> Ground<'a> {
    /// Nothing met yet.
    pub(super) const fn new(atlas: &'a Atlas) -> Self {
        Self { atlas, areas: Vec::new() }
    }

    /// The map.
    pub(super) const fn atlas(&self) -> &'a Atlas {
        self.atlas
    }

    /// Position of an area in the terrain.
    pub(super) fn meet(&mut self, entry: &AreaEntry) -> usize {
        let known = self.areas.iter().position(|area| area.area_id == *entry.id());
        known.unwrap_or_else(|| {
            self.areas.push(self.atlas.terrain_area(entry));
            self.areas.len() - 1
        })
    }

    /// Position of an area by its id; none if the map has no such area.
    pub(super) fn meet_id(&mut self, area_id: &AreaId) -> Option<usize> {
        let entry = self.atlas.area(area_id)?;
        Some(self.meet(entry))
    }

    /// An area met.
    pub(super) fn area(&self, at: usize) -> Option<&TerrainArea> {
        self.areas.get(at)
    }

    /// Every area met, in the order in which it was.
    pub(super) fn into_areas(self) -> Vec<TerrainArea> {
        self.areas
    }
}
