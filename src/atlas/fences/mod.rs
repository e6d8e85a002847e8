//! The overlay: fences of one version of the world, with their shapes.
//!
//! Most fences lie in a large base that is built once and shared from version to version. What was
//! drawn since lies in a small layer over it, and what was redrawn or taken away is left out of the
//! base. So a change costs what changed, not what there is. When the small layer has grown, all is
//! laid into a new base beside the work ([`FenceLayer::merged`]) and the changes made meanwhile are
//! laid over that ([`FenceLayer::onto`]). The answers are always those of one base with everything.

mod indexed;

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::sync::Arc;

use self::indexed::Indexed;
use super::answer::Contact;
use super::geometry::{BuildError, Handle, Path, Shape};
use super::placing::index;
use crate::model::{AreaId, Fence, FenceId, LonLat};

/// So many fences over the base, or left out of it, are worth a new base.
const MOST_OVER: usize = 512;

/// A fence with its shape.
#[derive(Debug, Clone)]
pub struct DrawnFence {
    /// The fence.
    pub fence: Arc<Fence>,
    /// Its shape.
    pub shape: Arc<Shape>,
}

/// Fences to be found by place and by area.
#[derive(Debug, Clone, Default)]
pub struct FenceLayer {
    base: Arc<Indexed>,
    /// Drawn or redrawn since the base was built.
    recent: Arc<Indexed>,
    /// Positions in the base of what was redrawn or taken away since.
    gone: Arc<BTreeSet<usize>>,
}

impl FenceLayer {
    /// Indexes fences.
    pub fn new(fences: impl IntoIterator<Item = DrawnFence>) -> Result<Self, BuildError> {
        let mut fences: Vec<_> = fences.into_iter().collect();
        fences.sort_by_key(|drawn| drawn.fence.fence_id);
        Ok(Self { base: Arc::new(Indexed::build(fences)?), ..Self::default() })
    }

    /// The same with some fences replaced or, where there is no drawing, taken away.
    pub fn changed(
        &self,
        changes: impl IntoIterator<Item = (FenceId, Option<DrawnFence>)>,
    ) -> Result<Self, BuildError> {
        let mut gone = BTreeSet::clone(&self.gone);
        let mut recent: BTreeMap<FenceId, DrawnFence> = BTreeMap::new();
        recent.extend(self.recent.all().map(|(_, drawn)| (drawn.fence.fence_id, drawn.clone())));
        for (id, change) in changes {
            gone.extend(self.base.position(id));
            match change {
                Some(drawn) => recent.insert(id, drawn),
                None => recent.remove(&id),
            };
        }
        Ok(Self {
            base: Arc::clone(&self.base),
            recent: Arc::new(Indexed::build(recent.into_values().collect())?),
            gone: Arc::new(gone),
        })
    }

    /// Whether so much lies over the base that a new one is worth its while.
    pub fn wants_merging(&self) -> bool {
        self.recent.len() + self.gone.len() > MOST_OVER
    }

    /// The same fences in one base. Costs as much as [`FenceLayer::new`]: beside the work.
    pub fn merged(&self) -> Result<Self, BuildError> {
        let fences = self.drawn().cloned().collect();
        Ok(Self { base: Arc::new(Indexed::build(fences)?), ..Self::default() })
    }

    /// These fences over the base of another layer that held them as they were at some time: what
    /// has changed since lies over it. None where the two have no base in common with `then`, the
    /// layer that was merged.
    pub fn onto(&self, merged: &Self, then: &Self) -> Result<Option<Self>, BuildError> {
        if !Arc::ptr_eq(&self.base, &then.base) {
            return Ok(None);
        }
        merged.changed(self.since(then)).map(Some)
    }

    /// What differs from an earlier layer over the same base.
    fn since(&self, then: &Self) -> Vec<(FenceId, Option<DrawnFence>)> {
        let id = |(_, drawn): (usize, &DrawnFence)| drawn.fence.fence_id;
        let left_out = self.gone.symmetric_difference(&then.gone);
        let left_out = left_out.filter_map(|&at| self.base.get(at)).map(|drawn| (0, drawn));
        let over = self.recent.all().chain(then.recent.all());
        let touched: BTreeSet<FenceId> = over.chain(left_out).map(id).collect();
        let same = |one: &DrawnFence, other: &DrawnFence| {
            Arc::ptr_eq(&one.fence, &other.fence) && Arc::ptr_eq(&one.shape, &other.shape)
        };
        touched
            .into_iter()
            .map(|id| (id, self.fence(id), then.fence(id)))
            .filter(|(_, now, then)| match (now, then) {
                (Some(now), Some(then)) => !same(now, then),
                (None, None) => false,
                _ => true,
            })
            .map(|(id, now, _)| (id, now.cloned()))
            .collect()
    }

    /// The fence of an id.
    pub fn fence(&self, id: FenceId) -> Option<&DrawnFence> {
        if let Some(at) = self.recent.position(id) {
            return self.recent.get(at);
        }
        let at = self.base.position(id).filter(|at| !self.gone.contains(at))?;
        self.base.get(at)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.base.len() - self.gone.len() + self.recent.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fences with their shapes, in order of id.
    pub fn drawn(&self) -> impl Iterator<Item = &DrawnFence> {
        in_order(self.standing(self.base.all()), self.recent.all())
    }

    /// Fences that touch an area, in order of id.
    pub(super) fn in_area(&self, area_id: &AreaId) -> impl Iterator<Item = &Arc<Fence>> {
        let base = self.standing(self.base.in_area(area_id));
        in_order(base, self.recent.in_area(area_id)).map(|drawn| &drawn.fence)
    }

    /// Fences that cover a point, boundaries included, in order of id.
    pub(super) fn at(&self, point: LonLat) -> Vec<&Arc<Fence>> {
        let base = self.base.overlay().at(point);
        let mut found: Vec<_> = base.iter().filter_map(|handle| self.in_base(handle)).collect();
        let recent = self.recent.overlay().at(point);
        if !recent.is_empty() {
            found.extend(recent.iter().filter_map(|handle| self.in_recent(handle)));
            found.sort_unstable_by_key(|fence| fence.fence_id);
        }
        found
    }

    /// Fences that a path touches, in order of first contact, then by id.
    pub(super) fn along(&self, path: &Path) -> Vec<Contact<&Arc<Fence>>> {
        let base = self.base.overlay().along(path).into_iter();
        let mut found: Vec<_> = base
            .filter_map(|met| Some(Contact { what: self.in_base(met.handle)?, spans: met.spans }))
            .collect();
        let recent = self.recent.overlay().along(path);
        if !recent.is_empty() {
            found.extend(recent.into_iter().filter_map(|met| {
                Some(Contact { what: self.in_recent(met.handle)?, spans: met.spans })
            }));
            let begin = |met: &Contact<_>| met.spans.first().map_or(0.0, |span: &(f64, _)| span.0);
            found.sort_by(|one, other| {
                let by_id = one.what.fence_id.cmp(&other.what.fence_id);
                begin(one).total_cmp(&begin(other)).then(by_id)
            });
        }
        found
    }

    /// Fences of which a part may lie between two corners, south-west and north-east, in order of
    /// id: those whose boxes meet it.
    pub fn meeting(&self, low: LonLat, high: LonLat) -> Vec<&DrawnFence> {
        let base = self.base.overlay().meeting(low, high).into_iter();
        let base = base.filter(|&handle| !self.gone.contains(&index(handle)));
        let base = base.filter_map(|handle| self.base.of_handle(handle));
        let recent = self.recent.overlay().meeting(low, high).into_iter();
        let recent = recent.filter_map(|handle| self.recent.of_handle(handle));
        let mut found: Vec<_> = base.chain(recent).collect();
        found.sort_unstable_by_key(|drawn| drawn.fence.fence_id);
        found.dedup_by_key(|drawn| drawn.fence.fence_id);
        found
    }

    fn in_base(&self, handle: Handle) -> Option<&Arc<Fence>> {
        let stands = self.gone.is_empty() || !self.gone.contains(&index(handle));
        self.base.of_handle(handle).filter(|_| stands).map(|drawn| &drawn.fence)
    }

    fn in_recent(&self, handle: Handle) -> Option<&Arc<Fence>> {
        self.recent.of_handle(handle).map(|drawn| &drawn.fence)
    }

    /// Leaves out what was redrawn or taken away since the base was built.
    fn standing<'a>(
        &self,
        base: impl Iterator<Item = (usize, &'a DrawnFence)>,
    ) -> impl Iterator<Item = (usize, &'a DrawnFence)> {
        base.filter(|(at, _)| !self.gone.contains(at))
    }
}

/// Two layers, each in order of id, as one.
fn in_order<'a>(
    base: impl Iterator<Item = (usize, &'a DrawnFence)>,
    recent: impl Iterator<Item = (usize, &'a DrawnFence)>,
) -> impl Iterator<Item = &'a DrawnFence> {
    let (mut base, mut recent) = (base.peekable(), recent.peekable());
    iter::from_fn(move || {
        let recent_first = match (base.peek(), recent.peek()) {
            (Some((_, one)), Some((_, other))) => other.fence.fence_id < one.fence.fence_id,
            (None, _) => true,
            (Some(_), None) => false,
        };
        let next = if recent_first { recent.next() } else { base.next() };
        next.map(|(_, drawn)| drawn)
    })
}
