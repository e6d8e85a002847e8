//! The overlay: fences of one version of the world, with their shapes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::geometry::{BuildError, Handle, Overlay, Shape};
use crate::model::{AreaId, Fence, FenceId};

/// A fence with its shape.
#[derive(Debug, Clone)]
pub struct DrawnFence {
    /// The fence.
    pub fence: Arc<Fence>,
    /// Its shape.
    pub shape: Arc<Shape>,
}

/// Fences to be found by place and by area. A handle of the index is a position in order of id.
#[derive(Debug, Default)]
pub struct FenceLayer {
    fences: Vec<DrawnFence>,
    overlay: Overlay,
    by_area: BTreeMap<AreaId, Vec<usize>>,
}

impl FenceLayer {
    /// Indexes fences.
    pub fn new(fences: impl IntoIterator<Item = DrawnFence>) -> Result<Self, BuildError> {
        let mut fences: Vec<_> = fences.into_iter().collect();
        fences.sort_by_key(|drawn| drawn.fence.fence_id);
        let overlay = Overlay::build((0..).zip(fences.iter().map(|drawn| drawn.shape.as_ref())))?;
        let mut by_area: BTreeMap<AreaId, Vec<usize>> = BTreeMap::new();
        for (position, drawn) in fences.iter().enumerate() {
            for area in drawn.fence.areas.iter() {
                by_area.entry(area.clone()).or_default().push(position);
            }
        }
        Ok(Self { fences, overlay, by_area })
    }

    /// The same with some fences replaced or, where there is no drawing, taken away.
    pub fn changed(
        &self,
        changes: impl IntoIterator<Item = (FenceId, Option<DrawnFence>)>,
    ) -> Result<Self, BuildError> {
        let mut fences: BTreeMap<FenceId, DrawnFence> =
            self.fences.iter().map(|drawn| (drawn.fence.fence_id, drawn.clone())).collect();
        for (id, change) in changes {
            match change {
                Some(drawn) => fences.insert(id, drawn),
                None => fences.remove(&id),
            };
        }
        Self::new(fences.into_values())
    }

    /// Fences with their shapes, in order of id.
    pub fn drawn(&self) -> &[DrawnFence] {
        &self.fences
    }

    pub(super) const fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    pub(super) fn fence(&self, handle: Handle) -> Option<&Arc<Fence>> {
        self.fences.get(super::placing::index(handle)).map(|drawn| &drawn.fence)
    }

    pub(super) fn in_area(&self, area_id: &AreaId) -> impl Iterator<Item = &Arc<Fence>> {
        let positions = self.by_area.get(area_id).map(Vec::as_slice).unwrap_or_default();
        positions.iter().filter_map(|&at| self.fences.get(at)).map(|drawn| &drawn.fence)
    }
}
