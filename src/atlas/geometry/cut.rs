//! Cuts the plane into cells so that each holds few edges. Edges are never cut: a cell holds every
//! edge that touches it, whole, and knows which parts cover one reference point in it.

use super::block::PARTS;
use super::mosaic::Entry;
use super::number::{narrow, truncated, wide};
use super::point::Xy;
use super::seams::{Bank, Seam, Seams};
use super::side::{boxed, crosses, side};

/// A cell of at most so many edges is not cut further.
const FEW: usize = 10;
/// Cells are cut into so many that each would hold about this many edges.
const AIM: f64 = 3.0;
/// After so many cuts a cell stays as it is.
const DEPTH: u32 = 5;
/// Cells claim what touches them or comes so close, in degrees: far above all rounding.
const MARGIN: f64 = 1e-9;
/// Where in a cell its reference point is tried, in parts of its width and height.
const TRIES: [(f64, f64); 4] = [
    (0.500_031, 0.499_973),
    (0.381_966, 0.618_034),
    (0.723_607, 0.276_393),
    (0.141_593, 0.859_141),
];

/// A square of the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) west: f64,
    pub(super) south: f64,
    pub(super) size: f64,
}

impl Cell {
    /// The whole map, as cells of one degree.
    pub(super) const WORLD: (f64, f64, u32, u32) = (-180.0, -90.0, 360, 180);

    /// The cell of the same size so many columns east and rows north.
    #[inline]
    pub(super) fn beside(self, column: u32, row: u32) -> Self {
        Self {
            west: self.west + f64::from(column) * self.size,
            south: self.south + f64::from(row) * self.size,
            size: self.size,
        }
    }

    /// Whether an edge may touch the cell or its margin: never no for one that does.
    pub(super) fn may_touch(self, a: Xy, b: Xy) -> bool {
        let (west, south) = (self.west - MARGIN, self.south - MARGIN);
        let (east, north) = (self.west + self.size + MARGIN, self.south + self.size + MARGIN);
        if a.x.max(b.x) < west
            || a.x.min(b.x) > east
            || a.y.max(b.y) < south
            || a.y.min(b.y) > north
        {
            return false;
        }
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let slack = MARGIN * (dx.abs() + dy.abs());
        let of = |x: f64, y: f64| dx * (y - a.y) - (x - a.x) * dy;
        let corners = [of(west, south), of(west, north), of(east, south), of(east, north)];
        !(corners.iter().all(|&side| side > slack) || corners.iter().all(|&side| side < -slack))
    }

    /// The columns or rows of a cut into `count` that a stretch reaches, margin included.
    pub(super) fn reach(from: f64, to: f64, origin: f64, size: f64, count: u32) -> (u32, u32) {
        let place = |at: f64| truncated((at - origin) / size).min(count - 1);
        (place(from.min(to) - 2.0 * MARGIN), place(from.max(to) + 2.0 * MARGIN))
    }
}

/// What is known at one point: the parts that cover it, in order.
#[derive(Clone, Debug)]
struct Known {
    at: Xy,
    parts: Vec<u32>,
}

impl Known {
    /// What is known at another point, when these are all the edges between the two.
    fn at(&self, at: Xy, edges: impl Iterator<Item = u32>, seams: &Seams) -> Self {
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
    seams: &'a Seams,
    /// Entries of cells; a cut cell's entry points to a count and the entries of its squares.
    pub(super) entries: Vec<u32>,
    /// Blocks.
    pub(super) words: Vec<u64>,
}

/// A cell cut into columns and rows.
struct Cut {
    origin: Cell,
    columns: u32,
    rows: u32,
    place: usize,
    depth: u32,
}

impl<'a> Cutter<'a> {
    /// Cuts the whole map.
    pub(super) fn cut(seams: &'a Seams) -> Self {
        let (west, south, columns, rows) = Cell::WORLD;
        let mut cutter = Self { seams, entries: Vec::new(), words: Vec::new() };
        cutter.entries.resize(wide(columns * rows), 0);
        let nowhere = Known { at: Xy { x: -200.0, y: -100.0 }, parts: Vec::new() };
        let origin = Cell { west, south, size: 1.0 };
        let all: Vec<u32> = (0..narrow(seams.seams.len())).collect();
        cutter.fill(&Cut { origin, columns, rows, place: 0, depth: 0 }, &all, &nowhere);
        cutter
    }

    /// Settles every square of a cut; `edges` are all that touch any of them, `known` a point the
    /// first square's reference point can be reached from through these edges alone.
    fn fill(&mut self, cut: &Cut, edges: &[u32], known: &Known) {
        let shares = self.shares(cut, edges);
        let mut row_begins = known.clone();
        let mut row_edges: &[u32] = edges;
        for row in 0..cut.rows {
            let mut before = row_begins.clone();
            let mut edges_before = row_edges;
            for column in 0..cut.columns {
                let index = wide(row * cut.columns + column);
                let share = shares.get(index).map_or(&[][..], Vec::as_slice);
                let cell = cut.origin.beside(column, row);
                let at = self.reference(cell, share);
                let between = union(share, edges_before);
                let here = before.at(at, between, self.seams);
                let entry = self.settle(cell, share, &here, cut.depth);
                if let Some(slot) = self.entries.get_mut(cut.place + index) {
                    *slot = entry;
                }
                if column == 0 {
                    row_begins = here.clone();
                    row_edges = share;
                }
                before = here;
                edges_before = share;
            }
        }
    }

    fn seam(&self, index: u32) -> Option<&'a Seam> {
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

    fn settle(&mut self, cell: Cell, edges: &[u32], here: &Known, depth: u32) -> u32 {
        if edges.is_empty() && here.parts.len() < 2 {
            let part = here.parts.first().and_then(|&part| self.seams.owners.get(wide(part)));
            return Entry::whole(part.copied());
        }
        if edges.len() <= FEW || depth >= DEPTH {
            return self.write_blocks(edges, here);
        }
        let count = f64::from(narrow(edges.len()));
        let count = truncated((count / AIM).sqrt().ceil()).clamp(2, 24);
        let place = self.entries.len();
        self.entries.push(count);
        self.entries.resize(place + 1 + wide(count * count), 0);
        let origin = Cell { size: cell.size / f64::from(count), ..cell };
        let cut = Cut { origin, columns: count, rows: count, place: place + 1, depth: depth + 1 };
        self.fill(&cut, edges, here);
        Entry::cut(place)
    }

    fn write_blocks(&mut self, edges: &[u32], here: &Known) -> u32 {
        let mut parts = here.parts.clone();
        for bank in edges.iter().filter_map(|&edge| self.seams.bank(self.seam(edge)?)) {
            parts.extend(bank.along.iter().chain(&bank.against));
        }
        parts.sort_unstable();
        parts.dedup();
        let place = self.words.len();
        let pages = parts.chunks(PARTS);
        let count = pages.len();
        for (index, page) in pages.enumerate() {
            self.write_block(page, edges, here, index + 1 < count);
        }
        Entry::block(place)
    }

    fn write_block(&mut self, page: &[u32], edges: &[u32], here: &Known, more: bool) {
        let bits = |parts: &[u32]| {
            let bit = |part: &u32| page.binary_search(part).map_or(0, |place| 1_u64 << place);
            parts.iter().fold(0, |bits, part| bits ^ bit(part))
        };
        let begin = self.words.len();
        self.words.extend([0, 0, here.at.x.to_bits(), here.at.y.to_bits()]);
        let owner =
            |part: &u32| u64::from(self.seams.owners.get(wide(*part)).copied().unwrap_or(0));
        for pair in page.chunks(2) {
            let word = pair.iter().rev().fold(0, |word, part| (word << 32) | owner(part));
            self.words.push(word);
        }
        let (mut chains, mut head, mut last) = (0_u64, begin, None);
        let all = self.seams;
        for seam in edges.iter().filter_map(|&edge| all.seams.get(wide(edge))) {
            let Some(bank) = all.bank(seam) else { continue };
            let sides = (bits(&bank.along), bits(&bank.against));
            if sides == (0, 0) {
                continue;
            }
            if last != Some((seam.a, sides)) {
                chains += 1;
                head = self.words.len();
                self.words.extend([1 | (sides.0 << 32) | (sides.1 << 48)]);
                self.words.extend([seam.a.x.to_bits(), seam.a.y.to_bits()]);
            }
            self.words.extend([seam.b.x.to_bits(), seam.b.y.to_bits()]);
            if let Some(word) = self.words.get_mut(head) {
                *word += 1;
            }
            last = Some((seam.b, sides));
        }
        let kinds = bits(&here.parts) | (u64::from(narrow(page.len())) << 16);
        let length = u64::from(narrow(self.words.len() - begin));
        if let Some([first, second]) = self.words.get_mut(begin..begin + 2) {
            *first = chains | ((kinds | (u64::from(more) << 24)) << 32);
            *second = length;
        }
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
