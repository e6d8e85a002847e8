//! Which cells of a mosaic a step or a box reaches.

use super::block::{Block, Parts};
use super::card::{Card, Window};
use super::cell::{Cell, MARGIN};
use super::handles::{Handle, Handles};
use super::leaf::{Kind, Leaf};
use super::mosaic::Mosaic;
use super::number::wide;
use super::point::Xy;
use super::side;
use super::square::Square;
use super::tile::{self, SIDE, Tile};
use super::trace::{Ground, Meeting};

/// A stretch of the map between two corners; with `straight` only the line between them counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) from: Xy,
    pub(super) to: Xy,
    /// Degrees east for each degree north, if it is straight and not quite level.
    slope: Option<f64>,
    window: Window,
}

impl Reach {
    /// From one corner to the other.
    #[inline]
    pub(super) fn new(from: Xy, to: Xy, straight: bool) -> Self {
        let up = to.y - from.y;
        let slope = straight.then(|| (to.x - from.x) / up).filter(|slope| slope.is_finite());
        Self { from, to, slope, window: Window::of(from, to) }
    }

    /// From where to where it reaches east between two parallels.
    #[inline]
    fn between(&self, south: f64, north: f64) -> (f64, f64) {
        let Self { from, to, slope, .. } = *self;
        let Some(slope) = slope else { return (from.x, to.x) };
        let (low, high) = (from.x.min(to.x), from.x.max(to.x));
        let x_at = |y: f64| (from.x + (y - from.y) * slope).clamp(low, high);
        (x_at(south), x_at(north))
    }

    /// Calls `give` with the column and row of every square it may touch, of so many beside and
    /// above the first, and so many in a degree.
    #[inline]
    fn cells(
        &self,
        (first, per): (Cell, f64),
        columns: u32,
        rows: u32,
        give: &mut impl FnMut(u32, u32),
    ) {
        let Cell { west, south, size } = first;
        let (bottom, top) = Cell::reach(self.from.y, self.to.y, south, per, rows);
        for row in bottom..=top {
            let (begin, end) = if bottom == top {
                (self.from.x, self.to.x)
            } else {
                let south = south + f64::from(row) * size;
                self.between(south - MARGIN, south + size + MARGIN)
            };
            let (first, last) = Cell::reach(begin, end, west, per, columns);
            (first..=last).for_each(|column| give(column, row));
        }
    }
}

/// What lies in a cell that is not whole: a card, or a block of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Border<'a> {
    /// With what of it is reached.
    Card(Card<'a>, Window),
    Block(Block<'a>),
}

impl<'a> Border<'a> {
    /// What a reach has of a card.
    #[inline]
    fn of(leaf: &'a Leaf, cell: Cell, reach: &Reach) -> Self {
        let card = Card { leaf, middle: cell.middle().0 };
        Self::Card(card, card.window(reach.window))
    }

    /// Gives every edge that is reached with the parts it belongs to.
    #[inline]
    pub(super) fn edges(self, mut give: impl FnMut(Parts, Xy, Xy)) {
        match self {
            Self::Card(card, window) => {
                card.edges(window, |edge| give(edge.along | edge.against, edge.a, edge.b));
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
    pub(super) fn owners(self, parts: Parts, give: impl FnMut(Handle)) {
        match self {
            Self::Card(card, _) => card.owners(parts, give),
            Self::Block(block) => block.owners(parts, give),
        }
    }
}

impl Mosaic {
    /// Calls `visit` with the borders of every cell the reach may touch: never fewer, rarely more.
    #[inline]
    pub(super) fn visit<'a>(&'a self, reach: &Reach, visit: &mut impl FnMut(Border<'a>)) {
        let (west, south, columns, rows) = Cell::WORLD;
        let origin = Cell { west, south, size: 1.0 };
        reach.cells((origin, 1.0), columns, rows, &mut |column, row| {
            let cell = origin.beside(column, row);
            match self.square(column.into(), row.into()) {
                Square::Whole(_) => {}
                Square::Leaf(place) => {
                    if let Some(leaf) = self.leaves.get(wide(place)) {
                        self.visit_leaf(reach, cell, leaf, visit);
                    }
                }
                Square::Tiles(first, halved) => {
                    let tile = |column: u32, row: u32| {
                        self.tiles.get(wide(first + (row << halved) + column))
                    };
                    self.visit_tiles(reach, (cell, 1.0, halved), tile, visit);
                }
            }
        });
    }

    /// Those in the squares of tiles, into which a cell is cut after its sides were halved so often.
    #[inline]
    fn visit_tiles<'a, 'b>(
        &'a self,
        reach: &Reach,
        (cell, degree, halved): (Cell, f64, u32),
        tile: impl Fn(u32, u32) -> Option<&'b Tile>,
        visit: &mut impl FnMut(Border<'a>),
    ) {
        let across = SIDE << halved;
        let per = f64::from(across) * degree;
        let origin = Cell { size: cell.size / f64::from(across), ..cell };
        let mut seen = (0, 0);
        reach.cells((origin, per), across, across, &mut |column, row| {
            let place = (column / SIDE, row / SIDE);
            let Some(tile) = tile(place.0, place.1) else { return };
            let Some(begun) = tile.begun(tile::place(column % SIDE, row % SIDE)) else { return };
            // a leaf of several squares once
            let own = 1_u64 << begun.checked_ilog2().unwrap_or_default();
            if seen.0 != tile.first {
                seen = (tile.first, 0);
            }
            if seen.1 & own != 0 {
                return;
            }
            seen.1 |= own;
            let place = tile.first + begun.count_ones() - 1;
            let Some(leaf) = self.leaves.get(wide(place)) else { return };
            let corner = |at: u32| (at >> leaf.doubled()) << leaf.doubled();
            let square = origin.beside(corner(column), corner(row));
            let cell = Cell { size: square.size * f64::from(1_u32 << leaf.doubled()), ..square };
            if leaf.kind() == Kind::Card {
                visit(Border::of(leaf, cell, reach));
            } else {
                self.visit_leaf(reach, cell, leaf, visit);
            }
        });
    }

    fn visit_leaf<'a>(
        &'a self,
        reach: &Reach,
        cell: Cell,
        leaf: &'a Leaf,
        visit: &mut impl FnMut(Border<'a>),
    ) {
        match leaf.kind() {
            Kind::Whole(_) => {}
            Kind::Card => visit(Border::of(leaf, cell, reach)),
            Kind::Block(place) => {
                Block::all(self.block(place)).map(Border::Block).for_each(visit);
            }
            Kind::Cut(tile) => {
                let one = |_, _| Some(&tile);
                self.visit_tiles(reach, (cell, cell.size.recip(), 0), one, visit);
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
        self.visit(&Reach::new(p, q, true), &mut |border| {
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
