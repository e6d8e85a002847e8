//! Which cells of a mosaic a step or a box reaches.

use super::block::{Block, Parts};
use super::card::Card;
use super::cell::{Cell, MARGIN};
use super::handles::{Handle, Handles};
use super::mosaic::{Held, Mosaic};
use super::node::squares;
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

impl Reach {
    /// From where to where it reaches east between two parallels.
    fn between(self, south: f64, north: f64) -> (f64, f64) {
        let Self { from, to, straight } = self;
        let up = to.y - from.y;
        if !straight || up.abs() <= 0.0 {
            return (from.x, to.x);
        }
        let x_at = |y: f64| from.toward(to, ((y - from.y) / up).clamp(0.0, 1.0)).x;
        (x_at(south), x_at(north))
    }

    /// Calls `give` with the column and row of every square it may touch, of so many beside and
    /// above the first.
    #[inline]
    fn cells(self, first: Cell, columns: u32, rows: u32, give: &mut impl FnMut(u32, u32)) {
        let (bottom, top) = Cell::reach(self.from.y, self.to.y, first.south, first.size, rows);
        for row in bottom..=top {
            let Cell { south, size, .. } = first.beside(0, row);
            let (begin, end) = if bottom == top {
                (self.from.x, self.to.x)
            } else {
                self.between(south - MARGIN, south + size + MARGIN)
            };
            let (west, east) = Cell::reach(begin, end, first.west, size, columns);
            (west..=east).for_each(|column| give(column, row));
        }
    }
}

/// What lies in a cell that is not whole: a card, or a block of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Border<'a> {
    Card(Card<'a>),
    Block(Block<'a>),
}

impl Border<'_> {
    /// Gives every edge with the parts it belongs to.
    #[inline]
    pub(super) fn edges(self, mut give: impl FnMut(Parts, Xy, Xy)) {
        match self {
            Self::Card(card) => {
                card.edges(|edge| give(edge.along | edge.against, edge.a, edge.b));
            }
            Self::Block(block) => {
                for chain in block.chains() {
                    let parts = chain.along | chain.against;
                    chain.edges().for_each(|(a, b)| give(parts, a, b));
                }
            }
        }
    }

    /// Gives the owner of each of these parts.
    #[inline]
    pub(super) fn owners(self, parts: Parts, mut give: impl FnMut(Handle)) {
        match self {
            Self::Card(card) => {
                let owners = [1, 2].into_iter().zip(card.owners());
                owners.filter(|(bit, _)| parts & bit != 0).for_each(|(_, owner)| give(owner));
            }
            Self::Block(block) => block.owners(parts, give),
        }
    }
}

impl Mosaic {
    /// Calls `visit` with the borders of every cell the reach may touch: never fewer, rarely more.
    #[inline]
    pub(super) fn visit<'a>(&'a self, reach: Reach, visit: &mut impl FnMut(Border<'a>)) {
        let (west, south, columns, rows) = Cell::WORLD;
        let origin = Cell { west, south, size: 1.0 };
        reach.cells(origin, columns, rows, &mut |column, row| {
            let held = self.square(u64::from(column), u64::from(row));
            self.visit_held(reach, origin.beside(column, row), held, visit);
        });
    }

    fn visit_held<'a>(
        &'a self,
        reach: Reach,
        cell: Cell,
        held: Held<'a>,
        visit: &mut impl FnMut(Border<'a>),
    ) {
        match held {
            Held::Whole(_) => {}
            Held::Card(card) => visit(Border::Card(card)),
            Held::Block(words) => Block::all(words).map(Border::Block).for_each(&mut *visit),
            Held::Cut(first, across) => {
                let count = squares(across);
                let origin = Cell { size: cell.size / f64::from(count), ..cell };
                reach.cells(origin, count, count, &mut |column, row| {
                    let held = self.in_cut(first, across.into(), column.into(), row.into());
                    self.visit_held(reach, origin.beside(column, row), held, visit);
                });
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
        self.visit(Reach { from: p, to: q, straight: true }, &mut |border| {
            border.edges(|parts, a, b| {
                if let Some((from, to)) = step.contact(a, b) {
                    border.owners(parts, |handle| met.push(Meeting { handle, from, to }));
                }
            });
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
}
