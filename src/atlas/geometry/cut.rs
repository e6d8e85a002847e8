//! Cuts the plane into cells so that each holds few edges. Edges are never cut: a cell holds every
//! edge that touches it, whole, and knows which parts cover one reference point in it.

use super::cell::Cell;
use super::handles::Handle;
use super::mosaic::{BuildError, Mosaic};
use super::node::{MOST, MOST_ACROSS, MOST_TILES, Node, SIDE, squares};
use super::number::{millionths, narrow, truncated, wide};
use super::point::Xy;
use super::seams::{Bank, Seam, Seams};
use super::side::{boxed, crosses, side};

/// A cell of at most so many edges whose borders make no card is not cut further.
const FEW: usize = 10;
/// Cells of one degree are cut into so many for each of their edges; most come out without any.
const SHARE: f64 = 6.0;
/// Smaller cells are cut into so many for each of their edges.
const SHARE_WITHIN: f64 = 1.0;
/// Cells that will not come out as cards are cut into so many for each of their edges.
const SHARE_OF_CROWD: f64 = 0.3;
/// After so many cuts a cell stays as it is.
const DEPTH: u32 = 4;
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
    depth: u32,
}

/// What a cell came out as.
#[derive(Clone, Copy, Debug)]
pub(super) enum Settled {
    /// Whole: in one shape or in none.
    Whole(Option<Handle>),
    /// With borders.
    Node(Node),
    /// Cut: its first tile, and the number of tiles in a row.
    Cut(u32, u32),
}

impl<'a> Cutter<'a> {
    /// Cuts the whole map.
    pub(super) fn cut(seams: &'a Seams) -> Result<Mosaic, BuildError> {
        let (west, south, columns, rows) = Cell::WORLD;
        let mut cutter = Self { seams, mosaic: Mosaic::default() };
        let nowhere = Known { at: Xy { x: -200.0, y: -100.0 }, parts: Vec::new() };
        let origin = Cell { west, south, size: 1.0 };
        let all: Vec<u32> = (0..narrow(seams.seams.len())).collect();
        let settled = cutter.fill(&Cut { origin, columns, rows, depth: 0 }, &all, &nowhere);
        cutter.write_squares(&settled);
        let Self { mosaic, .. } = cutter;
        let most = mosaic.nodes.len().max(mosaic.lines.len()).max(mosaic.words.len());
        // the first tile of a square of one degree is the closest bound
        if narrow(mosaic.nodes.len()) >= MOST_TILES || narrow(most) >= MOST {
            return Err(BuildError::TooLarge);
        }
        Ok(mosaic)
    }

    /// Settles every square of a cut; `edges` are all that touch any of them, `known` a point the
    /// first square's reference point can be reached from through these edges alone.
    fn fill(&mut self, cut: &Cut, edges: &[u32], known: &Known) -> Vec<Settled> {
        let shares = self.shares(cut, edges);
        let mut settled = Vec::with_capacity(shares.len());
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
                settled.push(self.settle(cell, share, &here, cut.depth));
                if column == 0 {
                    (row_begins, row_edges) = (here.clone(), edges_here);
                }
            }
        }
        settled
    }

    pub(super) fn seam(&self, index: u32) -> Option<&'a Seam> {
        self.seams.seams.get(wide(index))
    }

    /// For each square the edges that touch it.
    fn shares(&self, cut: &Cut, edges: &[u32]) -> Vec<Vec<u32>> {
        let mut shares = vec![Vec::new(); wide(cut.columns * cut.rows)];
        let Cell { west, south, size } = cut.origin;
        for &index in edges {
            let Some(&Seam { a, b, .. }) = self.seam(index) else { continue };
            let (first, last) = Cell::reach(a.x, b.x, west, size, cut.columns);
            let (bottom, top) = Cell::reach(a.y, b.y, south, size, cut.rows);
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

    fn settle(&mut self, cell: Cell, edges: &[u32], here: &Known, depth: u32) -> Settled {
        if edges.is_empty() && here.parts.len() < 2 {
            let part = here.parts.first().and_then(|&part| self.seams.owners.get(wide(part)));
            return Settled::Whole(part.copied());
        }
        let parts = self.parts(edges, here);
        if let Some(card) = self.card(cell, edges, here, &parts) {
            return Settled::Node(self.write_card(card));
        }
        let fine = edges.iter().all(|&edge| self.is_fine(edge));
        let simple = fine && parts.len() <= 2;
        if depth >= DEPTH || edges.is_empty() || (edges.len() <= FEW && !simple) {
            return Settled::Node(self.write_blocks(&parts, edges, here));
        }
        // few edges for each of many parts are a crowd of small shapes, not a border
        let crowd = !fine || (parts.len() > 2 && edges.len() < 4 * parts.len());
        let share = match depth {
            _ if crowd => SHARE_OF_CROWD,
            0 => SHARE,
            _ => SHARE_WITHIN,
        };
        let side = (f64::from(narrow(edges.len())) * share).sqrt() / f64::from(SIDE);
        let across = truncated((side + 0.4).floor()).min(MOST_ACROSS);
        let count = squares(across);
        let origin = Cell { size: cell.size / f64::from(count), ..cell };
        let cut = Cut { origin, columns: count, rows: count, depth: depth + 1 };
        let settled = self.fill(&cut, edges, here);
        Settled::Cut(self.write_tiles(&settled, across), across)
    }

    /// Whether a card could hold this edge.
    fn is_fine(&self, edge: u32) -> bool {
        let fine = |at: Xy| millionths(at.x).is_some() && millionths(at.y).is_some();
        self.seam(edge).is_some_and(|seam| fine(seam.a) && fine(seam.b))
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
