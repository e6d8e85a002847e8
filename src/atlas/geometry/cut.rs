//! Cuts the plane into cells so that each holds few edges. Edges are never cut: a cell holds every
//! edge that touches it, whole, and knows which parts cover one reference point in it.

use super::cell::Cell;
use super::handles::Handle;
use super::leaf::{EDGES, FAR, Kind, Leaf, PARTS, Place};
use super::mosaic::{BuildError, Mosaic};
use super::number::{millionths, narrow, wide};
use super::point::Xy;
use super::seams::{Bank, Seam, Seams};
use super::side::{boxed, crosses, side};
use super::square::{MOST, MOST_HALVED, MOST_TILES, Square};
use super::tile::{HALVINGS, Tile};

/// A cell of at most so many edges that makes no card is not cut further if it never would.
const FEW: usize = 6;
/// A cell whose sides were halved so often is not cut further.
const DEEPEST: u32 = 9;
/// A square of one degree is cut into tiles of at most so many edges on average, if that can be.
const EDGES_OF_TILE: usize = 40;
/// Where in a cell its reference point is tried, in parts of its width and height.
const TRIES: [(f64, f64); 4] = [
    (0.500_031, 0.499_973),
    (0.381_966, 0.618_034),
    (0.723_607, 0.276_393),
    (0.141_593, 0.859_141),
];

/// What is known at one point: the parts that cover it, in order.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) at: Xy,
    pub(super) parts: Vec<u32>,
}

impl Known {
    /// What is known at another point, when these are all the edges between the two.
    pub(super) fn at(&self, at: Xy, edges: impl Iterator<Item = u32>, seams: &Seams) -> Self {
        let mut parts = self.parts.clone();
        let edges = edges.filter_map(|edge| seams.seams.get(wide(edge)));
        for seam in edges.filter(|seam| crosses(seam.a, seam.b, at, self.at)) {
            let Some(Bank { along, against }) = seams.bank(seam) else { continue };
            for &part in along.iter().chain(against) {
                match parts.binary_search(&part) {
                    Ok(place) => drop(parts.remove(place)),
                    Err(place) => parts.insert(place, part),
                }
            }
        }
        Self { at, parts }
    }
}

/// The cells as they are cut.
pub(super) struct Cutter<'a> {
    pub(super) seams: &'a Seams,
    /// Without squares until the end.
    pub(super) mosaic: Mosaic,
}

/// A cell cut into columns and rows.
struct Cut {
    origin: Cell,
    columns: u32,
    rows: u32,
}

/// What a cell came out as.
#[derive(Clone, Copy, Debug)]
pub(super) enum Settled {
    /// Wholly in one shape, or in none.
    Whole(Option<Handle>),
    /// With borders, or in several shapes.
    Leaf(Leaf),
}

impl<'a> Cutter<'a> {
    /// Cuts the whole map.
    pub(super) fn cut(seams: &'a Seams) -> Result<Mosaic, BuildError> {
        let (west, south, columns, rows) = Cell::WORLD;
        let mut cutter = Self { seams, mosaic: Mosaic::default() };
        let nowhere = Known { at: Xy { x: -200.0, y: -100.0 }, parts: Vec::new() };
        let origin = Cell { west, south, size: 1.0 };
        let all: Vec<u32> = (0..narrow(seams.seams.len())).collect();
        let mut squares = Vec::new();
        let world = Cut { origin, columns, rows };
        cutter.fill(&world, &all, &nowhere, &mut |cutter, cell, edges, here| {
            squares.push(cutter.square(cell, edges, here).word());
        });
        let mosaic = Mosaic { squares, ..cutter.mosaic };
        let most = mosaic.leaves.len().max(mosaic.words.len());
        if narrow(most) >= MOST || narrow(mosaic.tiles.len()) >= MOST_TILES {
            return Err(BuildError::TooLarge);
        }
        Ok(mosaic)
    }

    /// Settles every square of a cut; `edges` are all that touch any of them, `known` a point the
    /// first square's reference point can be reached from through these edges alone.
    fn fill(
        &mut self,
        cut: &Cut,
        edges: &[u32],
        known: &Known,
        settle: &mut impl FnMut(&mut Self, Cell, &[u32], &Known),
    ) {
        let shares = self.shares(cut, edges);
        let (mut row_begins, mut row_edges) = (known.clone(), edges);
        for (row, shares) in (0..cut.rows).zip(shares.chunks(wide(cut.columns))) {
            let (mut here, mut edges_here) = (row_begins.clone(), row_edges);
            for (column, share) in (0..cut.columns).zip(shares) {
                let cell = cut.origin.beside(column, row);
                let at = self.reference(cell, share);
                if share.is_empty() && edges_here.is_empty() {
                    here.at = at; // nothing lies between
                } else {
                    here = here.at(at, union(share, edges_here), self.seams);
                    edges_here = share;
                }
                settle(self, cell, share, &here);
                if column == 0 {
                    (row_begins, row_edges) = (here.clone(), edges_here);
                }
            }
        }
    }

    pub(super) fn seam(&self, index: u32) -> Option<&'a Seam> {
        self.seams.seams.get(wide(index))
    }

    /// For each square the edges that touch it.
    fn shares(&self, cut: &Cut, edges: &[u32]) -> Vec<Vec<u32>> {
        let mut shares = vec![Vec::new(); wide(cut.columns * cut.rows)];
        let Cell { west, south, size } = cut.origin;
        let per = size.recip();
        for &index in edges {
            let Some(&Seam { a, b, .. }) = self.seam(index) else { continue };
            let (first, last) = Cell::reach(a.x, b.x, west, per, cut.columns);
            let (bottom, top) = Cell::reach(a.y, b.y, south, per, cut.rows);
            for row in bottom..=top {
                for column in first..=last {
                    let cell = cut.origin.beside(column, row);
                    if cell.may_touch(a, b)
                        && let Some(share) = shares.get_mut(wide(row * cut.columns + column))
                    {
                        share.push(index);
                    }
                }
            }
        }
        shares
    }

    /// A point of the cell that is on no edge.
    fn reference(&self, cell: Cell, edges: &[u32]) -> Xy {
        let point = |&(x, y): &(f64, f64)| Xy {
            x: cell.west + x * cell.size,
            y: cell.south + y * cell.size,
        };
        let free = |at: &Xy| {
            let on =
                |seam: &Seam| boxed(seam.a, seam.b, *at) && side(seam.a, seam.b, *at).abs() <= 0.0;
            !edges.iter().filter_map(|&edge| self.seam(edge)).any(on)
        };
        let tries = TRIES.iter().map(point);
        tries.clone().find(free).or_else(|| tries.clone().next()).unwrap_or_default()
    }

    /// A square of one degree.
    fn square(&mut self, cell: Cell, edges: &[u32], here: &Known) -> Square {
        match self.settled(cell, edges, here, 0) {
            Some(Settled::Whole(handle)) => return Square::Whole(handle),
            Some(Settled::Leaf(leaf)) => {
                self.mosaic.leaves.push(leaf);
                return Square::Leaf(narrow(self.mosaic.leaves.len() - 1));
            }
            None => {}
        }
        let full = |halved: &u32| edges.len() > EDGES_OF_TILE << (2 * halved);
        let halved = (0..MOST_HALVED).find(|halved| !full(halved)).unwrap_or(MOST_HALVED);
        let count = 1 << halved;
        let origin = Cell { size: cell.size / f64::from(count), ..cell };
        let first = narrow(self.mosaic.tiles.len());
        let cut = Cut { origin, columns: count, rows: count };
        self.fill(&cut, edges, here, &mut |cutter, cell, edges, here| {
            let tile = match cutter.settled(cell, edges, here, halved) {
                Some(settled) => cutter.write_tile(&[(settled, HALVINGS)]),
                None => cutter.tile(cell, edges, here, halved),
            };
            cutter.mosaic.tiles.push(tile);
        });
        Square::Tiles(first, halved)
    }

    /// What a cell whose sides were halved so often is, if it need not be cut further.
    fn settled(&mut self, cell: Cell, edges: &[u32], here: &Known, halved: u32) -> Option<Settled> {
        if edges.is_empty() && here.parts.len() < 2 {
            let part = here.parts.first().and_then(|&part| self.seams.owners.get(wide(part)));
            return Some(Settled::Whole(part.copied()));
        }
        if edges.len() > EDGES && halved < DEEPEST {
            return None;
        }
        let parts = self.parts(edges, here);
        if let Some(leaf) = self.card(cell, edges, here, &parts) {
            return Some(Settled::Leaf(leaf));
        }
        let simple = parts.len() <= PARTS && edges.iter().all(|&edge| self.is_simple(edge, cell));
        let stays = halved >= DEEPEST || edges.is_empty() || (edges.len() <= FEW && !simple);
        let block = || Leaf::of(Kind::Block(self.write_blocks(&parts, edges, here)));
        stays.then(block).map(Settled::Leaf)
    }

    /// Cuts a cell into squares, as few of them as will do.
    fn tile(&mut self, cell: Cell, edges: &[u32], here: &Known, halved: u32) -> Tile {
        let squares = self.quarters((cell, HALVINGS), edges, here, halved);
        self.write_tile(&squares)
    }

    /// Cuts a cell of doubled squares into quarters, and these again until they need not be or are single
    /// squares: each with how often it is doubled, along the curve.
    fn quarters(
        &mut self,
        (cell, doubled): (Cell, u32),
        edges: &[u32],
        here: &Known,
        halved: u32,
    ) -> Vec<(Settled, u32)> {
        let mut squares = Vec::new();
        let (doubled, halved) = (doubled - 1, halved + 1);
        let origin = Cell { size: cell.size / 2.0, ..cell };
        let cut = Cut { origin, columns: 2, rows: 2 };
        self.fill(&cut, edges, here, &mut |cutter, cell, edges, here| {
            if let Some(settled) = cutter.settled(cell, edges, here, halved) {
                squares.push((settled, doubled));
            } else if doubled > 0 {
                squares.extend(cutter.quarters((cell, doubled), edges, here, halved));
            } else {
                let tile = cutter.tile(cell, edges, here, halved);
                squares.push((Settled::Leaf(Leaf::of(Kind::Cut(tile))), 0));
            }
        });
        squares
    }

    /// Whether a card of a cell in this one could hold this edge.
    fn is_simple(&self, edge: u32, cell: Cell) -> bool {
        let whole = |at: Xy| Some([millionths(at.x)?, millionths(at.y)?]);
        let ([x, y], half) = cell.middle();
        let near = |[at_x, at_y]: Place| {
            at_x.abs_diff(x).max(at_y.abs_diff(y)) < FAR - half.unsigned_abs()
        };
        let ends = self.seam(edge).and_then(|seam| Some([whole(seam.a)?, whole(seam.b)?]));
        ends.is_some_and(|ends| ends.into_iter().all(near))
    }
}

/// The members of two sorted lists, each once.
fn union<'a>(one: &'a [u32], other: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let (mut one, mut other) = (one.iter().copied().peekable(), other.iter().copied().peekable());
    std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(a), Some(b)) if a == b => {
            other.next();
            one.next()
        }
        (Some(a), Some(b)) if a < b => one.next(),
        (Some(_), None) => one.next(),
        (_, Some(_)) => other.next(),
        (None, None) => None,
    })
}
