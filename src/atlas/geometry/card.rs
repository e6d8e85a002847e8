//! A leaf of the kind `Card` at its place: asked exactly, and edge by edge.

use super::block::Parts;
use super::handles::{Handle, Handles};
use super::leaf::{CORNER, FIRSTS, LOW, Leaf, Place, RIGHT, Told, VERTICES, spread};
use super::number::{MILLIONTHS, floored, in_degrees, low, wide};
use super::point::Xy;
use super::side::{boxed, rounds_onto, side};

/// The bits that were spread.
#[inline]
const fn gathered(parts: u32) -> Parts {
    (parts | (parts >> 7) | (parts >> 14)) & 7
}

/// An edge of a leaf, with the parts whose rings run along it and against it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) a: Xy,
    pub(super) b: Xy,
    pub(super) along: Parts,
    pub(super) against: Parts,
}

/// A part of the map in millionths of a degree, or in the steps of a leaf; a little too large.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    low: Place,
    high: Place,
}

impl Window {
    /// The part between two corners.
    #[inline]
    pub(super) fn of(a: Xy, b: Xy) -> Self {
        let whole = |x: f64, y: f64, more: i32| [x, y].map(|at| floored(at * MILLIONTHS) + more);
        Self {
            low: whole(a.x.min(b.x), a.y.min(b.y), -1),
            high: whole(a.x.max(b.x), a.y.max(b.y), 1),
        }
    }
}

/// A leaf of the kind `Card`, and the middle of its cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Card<'a> {
    pub(super) leaf: &'a Leaf,
    pub(super) middle: Place,
}

impl Card<'_> {
    /// Adds the owners of the parts that cover a point of the cell, boundary included, once the steps
    /// have told what they can. With `rounded`, a point within rounding of an edge is on it, as
    /// `PostGIS` has it for points.
    #[cold]
    #[inline(never)]
    pub(super) fn cover(&self, p: Xy, rounded: bool, told: Told, found: &mut Handles) {
        let parts = self.settled(p, rounded, (gathered(told.covering), told.doubtful));
        found.insert_of(spread(parts), self.leaf.owners());
    }

    /// The parts that cover a point of the cell, exactly and edge by edge.
    pub(super) fn covering(&self, p: Xy) -> Parts {
        self.settled(p, false, (self.leaf.outside(), self.leaf.edges()))
    }

    /// The parts that cover a point of the cell, seen from those that do but for some edges.
    fn settled(&self, p: Xy, rounded: bool, (mut inside, doubtful): (Parts, u32)) -> Parts {
        let mut on = 0;
        self.each(doubtful, |ends, along, against| {
            let (a, b) = match ends {
                [Some(a), Some(b)] => (a, b),
                [Some(end), None] | [None, Some(end)] if end.x <= p.x => {
                    inside ^= along ^ against;
                    return;
                }
                _ => return,
            };
            let (upright, boxed) = ((a.x <= p.x) != (b.x <= p.x), boxed(a, b, p));
            if !upright && !boxed {
                return;
            }
            let of_p = if p == a || p == b { 0.0 } else { side(a, b, p) };
            if boxed {
                if of_p.abs() <= 0.0 {
                    on |= along | against;
                    return;
                }
                if rounded && rounds_onto(a, b, p) {
                    on |= along;
                }
                if rounded && rounds_onto(b, a, p) {
                    on |= against;
                }
            }
            if upright && (of_p > 0.0) != (b.x > a.x) {
                inside ^= along ^ against;
            }
        });
        inside | on
    }

    /// A part of the map in steps.
    #[inline]
    pub(super) fn window(&self, Window { low, high }: Window) -> Window {
        let ([x_middle, y_middle], scale) = (self.middle, self.leaf.scale());
        let steps =
            |[x, y]: Place| [x.wrapping_sub(x_middle) >> scale, y.wrapping_sub(y_middle) >> scale];
        Window { low: steps(low), high: steps(high) }
    }

    /// Gives the edges, if need be without those that cannot touch the window.
    #[inline]
    pub(super) fn edges(&self, window: Window, mut give: impl FnMut(Edge)) {
        self.each(self.reached(window), |ends, along, against| {
            if let [Some(a), Some(b)] = ends {
                give(Edge { a, b, along, against });
            }
        });
    }

    /// Gives the owner of each of these parts.
    #[inline]
    pub(super) fn owners(&self, parts: Parts, mut give: impl FnMut(Handle)) {
        let owners = self.leaf.owners();
        let parts = [0, 1, 2].into_iter().filter(|part| parts & (1 << part) != 0);
        parts.for_each(|part| give(low(owners >> (16 * part)) & 0xffff));
    }

    /// A bit for each edge, if need be without those that cannot touch the window.
    #[inline]
    fn reached(&self, Window { low: [west, south], high: [east, north] }: Window) -> u32 {
        let apart = |at: &[i16; VERTICES], edge: u32, from: i32, to: i32| {
            let steps = |index: u32| at.get(wide(index)).map_or(0, |&at| i32::from(at));
            let (a, b) = (steps(edge), steps(edge + 1));
            a.max(b) < from || a.min(b) > to
        };
        let (mut left, mut reached) = (self.leaf.edges(), 0);
        while left != 0 {
            let edge = left.trailing_zeros();
            left &= left - 1;
            let beside = apart(&self.leaf.x, edge, west, east);
            reached |= u32::from(!beside && !apart(&self.leaf.y, edge, south, north)) << edge;
        }
        reached
    }

    /// Gives the ends of these edges, none for the corner, and the parts along each and against it.
    #[inline]
    fn each(&self, edges: u32, mut give: impl FnMut([Option<Xy>; 2], Parts, Parts)) {
        let (all, right) = (low(self.leaf.sides), low(self.leaf.sides >> RIGHT));
        let mut left = edges;
        while left != 0 {
            let edge = left.trailing_zeros();
            left &= left - 1;
            let (parts, against) =
                (gathered((all >> edge) & FIRSTS), gathered((right >> edge) & FIRSTS));
            give([edge, edge + 1].map(|index| self.vertex(index)), parts & !against, against);
        }
    }

    /// A vertex, none for the corner.
    #[inline]
    fn vertex(&self, index: u32) -> Option<Xy> {
        let Leaf { x, y, x_low, y_low, .. } = self.leaf;
        let (&x, &y) = (x.get(wide(index))?, y.get(wide(index))?);
        let [middle_x, middle_y] = self.middle;
        let axis = |middle: i32, steps: i16, left: u64| {
            let left = low(left >> (LOW * index)) & ((1 << LOW) - 1);
            let away = (i32::from(steps) << self.leaf.scale()) | left.cast_signed();
            in_degrees(middle.wrapping_add(away))
        };
        let at = || Xy { x: axis(middle_x, x, *x_low), y: axis(middle_y, y, *y_low) };
        (x != CORNER).then(at)
    }
}
