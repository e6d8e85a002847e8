//! Which cells of a mosaic a step or a box reaches.

use super::block::{Block, Chain};
use super::cut::Cell;
use super::handles::Handles;
use super::mosaic::{Entry, Mosaic};
use super::number::wide;
use super::point::Xy;
use super::side;
use super::trace::{Ground, Meeting};

/// A stretch of the map between two corners; with `straight` only the line between them counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) from: Xy,
    pub(super) to: Xy,
    pub(super) straight: bool,
}

impl Mosaic {
    /// Calls `visit` with the entry of every cell the reach may touch: never fewer, rarely more.
    #[inline]
    pub(super) fn visit(&self, reach: Reach, visit: &mut impl FnMut(Entry)) {
        let (west, south, columns, rows) = Cell::WORLD;
        self.visit_cut(reach, Cell { west, south, size: 1.0 }, (0, columns, rows), visit);
    }

    fn visit_cut(
        &self,
        reach: Reach,
        origin: Cell,
        (place, columns, rows): (usize, u32, u32),
        visit: &mut impl FnMut(Entry),
    ) {
        let Reach { from, to, straight } = reach;
        let (first, last) = Cell::reach(from.x, to.x, origin.west, origin.size, columns);
        let (bottom, top) = Cell::reach(from.y, to.y, origin.south, origin.size, rows);
        let slanted = straight && first != last && bottom != top;
        for row in bottom..=top {
            for column in first..=last {
                let cell = origin.beside(column, row);
                if slanted && !cell.may_touch(from, to) {
                    continue;
                }
                let index = place + wide(row * columns + column);
                let Some(&entry) = self.entries.get(index) else { continue };
                match Entry::read(entry) {
                    Entry::Cut(cut) => {
                        let Some(&count) = self.entries.get(cut) else { continue };
                        let child = Cell { size: cell.size / f64::from(count), ..cell };
                        self.visit_cut(reach, child, (cut + 1, count, count), visit);
                    }
                    whole @ Entry::Whole(_) => visit(whole),
                    block @ Entry::Block(_) => visit(block),
                }
            }
        }
    }
}

impl Ground for Mosaic {
    fn covering(&self, p: Xy, rounded: bool, found: &mut Handles) {
        self.cover(p, rounded, found);
    }

    fn meet(&self, p: Xy, q: Xy, met: &mut Vec<Meeting>) {
        let step = Step::new(p, q);
        self.visit(Reach { from: p, to: q, straight: true }, &mut |entry| {
            if let Entry::Block(place) = entry {
                for block in Block::all(self.block_words(place)) {
                    block.chains().for_each(|chain| step.meet(&block, chain, met));
                }
            }
        });
    }
}

/// A step and the box around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    p: Xy,
    q: Xy,
    low: Xy,
    high: Xy,
}

impl Step {
    pub(super) fn new(p: Xy, q: Xy) -> Self {
        let low = Xy { x: p.x.min(q.x), y: p.y.min(q.y) };
        let high = Xy { x: p.x.max(q.x), y: p.y.max(q.y) };
        Self { p, q, low, high }
    }

    /// The stretch of the step that touches an edge.
    #[inline]
    pub(super) fn contact(&self, a: Xy, b: Xy) -> Option<(f64, f64)> {
        let apart = (a.x < self.low.x && b.x < self.low.x)
            || (a.x > self.high.x && b.x > self.high.x)
            || (a.y < self.low.y && b.y < self.low.y)
            || (a.y > self.high.y && b.y > self.high.y);
        if apart { None } else { side::contact(self.p, self.q, a, b) }
    }

    fn meet(&self, block: &Block<'_>, chain: Chain<'_>, met: &mut Vec<Meeting>) {
        for (a, b) in chain.edges() {
            if let Some((from, to)) = self.contact(a, b) {
                block.owners(chain.along | chain.against, |handle| {
                    met.push(Meeting { handle, from, to });
                });
            }
        }
    }
}
