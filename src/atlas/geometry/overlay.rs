//! The index of fences: very many small shapes, anywhere over each other, rebuilt as a whole.
//!
//! An R-tree holds the boxes of the parts, a sieve before it tells where there are none; their edges
//! lie in one flat array. Parts of many edges go into a [`Mosaic`] instead.

use std::borrow::Borrow;
use std::ops::Range;

use rstar::{AABB, Envelope as _, RStarInsertionStrategy, RTree, RTreeObject, RTreeParams};

use super::contact::Contact;
use super::distance::Eye;
use super::handles::{Handle, Handles};
use super::measure::{self, Circle};
use super::mosaic::{BuildError, Mosaic};
use super::number::{narrow, wide};
use super::path::Path;
use super::point::Xy;
use super::shape::{Part, Shape};
use super::side::{boxed, rounds_onto, side};
use super::sieve::Sieve;
use super::trace::{self, Ground, Meeting};
use super::walk::Step;
use crate::model::LonLat;

/// Shapes of more vertices than this are cut into cells as areas are.
const LARGE: usize = 200;

/// An immutable index of many shapes that may overlap.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    tree: RTree<Boxed, Broad>,
    sieve: Sieve,
    edges: Vec<(Xy, Xy)>,
    large: Option<Mosaic>,
    /// The boxes of the large ones' parts.
    around: Vec<(Handle, Corners)>,
}

/// A box in degrees.
type Corners = AABB<[f64; 2]>;

/// The tree is built at once and never changed: broad nodes make it lower.
#[derive(Debug, Clone)]
struct Broad;

impl RTreeParams for Broad {
    const MIN_SIZE: usize = 8;
    const MAX_SIZE: usize = 16;
    const REINSERTION_COUNT: usize = 4;
    type DefaultInsertionStrategy = RStarInsertionStrategy;
}

/// The box of one part, its owner and its edges.
#[derive(Debug, Clone, PartialEq)]
struct Boxed {
    low: [f64; 2],
    high: [f64; 2],
    handle: Handle,
    first: u32,
    count: u32,
}

impl RTreeObject for Boxed {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.low, self.high)
    }
}

impl Overlay {
    /// Builds the index. Each shape keeps the handle it comes with.
    pub fn build<S: Borrow<Shape>>(
        shapes: impl IntoIterator<Item = (Handle, S)>,
    ) -> Result<Self, BuildError> {
        let (mut edges, mut parts, mut large) = (Vec::new(), Vec::new(), Vec::new());
        let mut around = Vec::new();
        for (handle, shape) in shapes {
            if shape.borrow().vertices() > LARGE {
                around.extend(shape.borrow().parts().iter().map(|part| (handle, corners(part))));
                large.push((handle, shape));
                continue;
            }
            for part in shape.borrow().parts() {
                let first = edges.len();
                edges.extend(part.edges());
                parts.push(Boxed::of(handle, part, first..edges.len()));
            }
        }
        if narrow(edges.len()) == u32::MAX {
            return Err(BuildError::TooLarge);
        }
        let large = if large.is_empty() { None } else { Some(Mosaic::build(large)?) };
        let xy = |[x, y]: [f64; 2]| Xy { x, y };
        let sieve = Sieve::of(parts.iter().map(|part| (xy(part.low), xy(part.high))));
        Ok(Self { tree: RTree::bulk_load_with_params(parts), sieve, edges, large, around })
    }

    /// The fences that cover a point, boundaries included; at ±180° on both edges of the map.
    pub fn at(&self, point: LonLat) -> Handles {
        let mut found = Handles::new();
        let xy = Xy::from(point);
        self.covering(xy, true, &mut found);
        if let Some(mirrored) = xy.mirrored() {
            self.covering(mirrored, true, &mut found);
        }
        found
    }

    /// What a path touches, in order of first contact, then by handle.
    pub fn along(&self, path: &Path) -> Vec<Contact> {
        trace::along(self, path)
    }

    /// Every fence within so many kilometres, with its distance, by handle; 0 for those that cover
    /// the point.
    pub fn within(&self, point: LonLat, km: f64) -> Vec<(Handle, f64)> {
        let mut found: Vec<_> =
            self.large.as_ref().map_or_else(Vec::new, |large| measure::within(large, point, km));
        found.extend(self.at(point).iter().map(|handle| (handle, 0.0)));
        let circle = Circle::new(point.lat(), km);
        for turn in [0.0, -360.0, 360.0] {
            let p = Xy { x: point.lon() + turn, y: point.lat() };
            let Some(reach) = circle.reach(p) else { continue };
            let eye = Eye::at(p);
            let corners =
                AABB::from_corners([reach.from.x, reach.from.y], [reach.to.x, reach.to.y]);
            for part in self.tree.locate_in_envelope_intersecting(&corners) {
                let nearest = self
                    .of(part)
                    .iter()
                    .fold(f64::INFINITY, |best, &(a, b)| best.min(eye.to_edge(a, b, km.min(best))));
                if nearest <= km {
                    found.push((part.handle, nearest));
                }
            }
        }
        found.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        found.dedup_by_key(|&mut (handle, _)| handle);
        found
    }

    /// The fences whose boxes meet a box between two corners, south-west and north-east; each may
    /// come several times.
    pub fn meeting(&self, low: LonLat, high: LonLat) -> Vec<Handle> {
        let asked = AABB::from_corners([low.lon(), low.lat()], [high.lon(), high.lat()]);
        let large = self.around.iter().filter(move |(_, around)| around.intersects(&asked));
        let small = self.tree.locate_in_envelope_intersecting(&asked).map(|part| part.handle);
        small.chain(large.map(|&(handle, _)| handle)).collect()
    }

    fn of(&self, part: &Boxed) -> &[(Xy, Xy)] {
        let first = wide(part.first);
        self.edges.get(first..first + wide(part.count)).unwrap_or_default()
    }
}

impl Boxed {
    fn of(handle: Handle, part: &Part, edges: Range<usize>) -> Self {
        let bounds = corners(part);
        let (low, high) = (bounds.lower(), bounds.upper());
        Self { low, high, handle, first: narrow(edges.start), count: narrow(edges.len()) }
    }
}

fn corners(part: &Part) -> Corners {
    let mut bounds = AABB::new_empty();
    for point in part.outer.points() {
        bounds.merge(&AABB::from_point([point.lon(), point.lat()]));
    }
    bounds
}

/// Whether these edges, a part's, cover a point.
fn covers(edges: &[(Xy, Xy)], p: Xy, rounded: bool) -> bool {
    let mut inside = false;
    for &(a, b) in edges {
        if (a.x < p.x && b.x < p.x) || (a.x > p.x && b.x > p.x) {
            continue;
        }
        let of_p = side(a, b, p);
        if boxed(a, b, p) && (of_p.abs() <= 0.0 || (rounded && rounds_onto(a, b, p))) {
            return true;
        }
        if (a.x <= p.x) != (b.x <= p.x) && (of_p > 0.0) == (b.x > a.x) {
            inside = !inside;
        }
    }
    inside
}

impl Ground for Overlay {
    fn covering(&self, p: Xy, rounded: bool, found: &mut Handles) {
        if let Some(large) = &self.large {
            large.covering(p, rounded, found);
        }
        if !self.sieve.may_reach(p) {
            return;
        }
        let here = AABB::from_point([p.x, p.y]);
        for part in self.tree.locate_in_envelope_intersecting(&here) {
            if covers(self.of(part), p, rounded) {
                found.insert(part.handle);
            }
        }
    }

    fn meet(&self, p: Xy, q: Xy, met: &mut Vec<Meeting>) {
        if let Some(large) = &self.large {
            large.meet(p, q, met);
        }
        let step = Step::new(p, q);
        let around = AABB::from_corners([p.x, p.y], [q.x, q.y]);
        for part in self.tree.locate_in_envelope_intersecting(&around) {
            for &(a, b) in self.of(part) {
                if let Some((from, to)) = step.contact(a, b) {
                    met.push(Meeting { handle: part.handle, from, to });
                }
            }
        }
    }
}
